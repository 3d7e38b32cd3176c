import type { PluginManifest } from '@nexus/plugin-api'
import { type SandboxLimits, type SandboxProfile, sandboxLimitsSchema } from '../../sandbox/profile.ts'
import type { InstallationRow } from '../../store/store.ts'
import { findProfile } from '../choose-profile.ts'
import type { InstallerPorts } from '../ports.ts'

/** What became of one limit of the sandbox. */
export interface LimitChange {
  readonly name: keyof SandboxLimits
  readonly before: number
  readonly after: number
  readonly change: 'wider' | 'narrower'
}

export interface SandboxChange {
  readonly before: Pick<SandboxProfile, 'name' | 'tier'>
  readonly after: Pick<SandboxProfile, 'name' | 'tier'>
  /** The code leaves its isolate for a thread, which is no boundary. */
  readonly isWider: boolean
  readonly limits: readonly LimitChange[]
}

/** The sandbox of an installation now, and with another release. Limits that stay are left out. */
export function diffSandbox(
  ports: Pick<InstallerPorts, 'profiles' | 'trustsWorkers' | 'limitsFor'>,
  row: InstallationRow,
  manifest: PluginManifest,
): SandboxChange {
  const before = findProfile(ports, row.profile)
  const after = findProfile(ports, profileAfter(row, manifest))
  const old = ports.limitsFor(before, row.manifest, row.id)
  const now = ports.limitsFor(after, manifest, row.id)
  const limits = sandboxLimitsSchema.keyof().options.flatMap((name): LimitChange[] => {
    if (old[name] === now[name]) return []
    // A finer clock tells more; of everything else more is more.
    const isWider = name === 'clockResolutionMs' ? now[name] < old[name] : now[name] > old[name]
    return [{ name, before: old[name], after: now[name], change: isWider ? 'wider' : 'narrower' }]
  })
  return { before, after, isWider: after.tier === 'worker' && before.tier !== 'worker', limits }
}

/** A profile that an admin chose stays; one that came with the release goes with it. */
export function profileAfter(row: InstallationRow, manifest: PluginManifest): string {
  return row.profile === row.manifest.sandbox.profile ? manifest.sandbox.profile : row.profile
}
