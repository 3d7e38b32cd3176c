import type { SandboxLimits } from '../../runtime/src/sandbox/profile.ts'
import { limits } from './arena.ts'
import type { Attempt } from './attempt.ts'

export const oneOf = (codes: string | readonly string[] | undefined): readonly string[] =>
  codes === undefined ? [] : typeof codes === 'string' ? [codes] : codes

/**
 * The limits of an attack. Tight where the limit is what must end it; wide where something else must, because a machine
 * that does other things too makes everything slow.
 */
export function limitsOf({ code, startCode, limits: own = {} }: Attempt): SandboxLimits {
  const isEndedByCpu = [...oneOf(code), ...oneOf(startCode)].includes('SANDBOX_CPU')
  return {
    ...limits,
    startMs: 20_000,
    wallMsPerCall: 20_000,
    cpuMsPerCall: isEndedByCpu ? limits.cpuMsPerCall : 5_000,
    ...own,
  }
}
