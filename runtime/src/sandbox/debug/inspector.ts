import type { SandboxLimits, SandboxProfile } from '../profile.ts'

/** Where a debugger attaches to a sandbox: messages of the Chrome DevTools Protocol as text, both ways. */
export interface SandboxInspector {
  /** One debugger at a time: a second one takes the place of the first. */
  connect(onMessage: (message: string) => void): SandboxInspection
}

export interface SandboxInspection extends Disposable {
  send(message: string): void
}

/** A person at a breakpoint takes as long as they like, milliseconds. */
const A_DAY_MS = 24 * 60 * 60 * 1000

/** Limits of a sandbox that somebody debugs: time does not count, everything else does. */
export function limitsForInspection(limits: SandboxLimits): SandboxLimits {
  const time = { cpuMsPerCall: A_DAY_MS, cpuMsPerMinute: A_DAY_MS, wallMsPerCall: A_DAY_MS }
  return { ...limits, ...time, startMs: Math.max(limits.startMs, 30_000) }
}

/** One copy of the code, started at once and kept: breakpoints stand where calls go. */
export function profileForInspection(profile: SandboxProfile): SandboxProfile {
  return { ...profile, tier: 'worker', lifecycle: { start: 'eager', idleStopMs: 0, instances: 1 } }
}
