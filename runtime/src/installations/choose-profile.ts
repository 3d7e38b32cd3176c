import type { PluginManifest } from '@nexus/plugin-api'
import { sandboxError } from '../sandbox/errors.ts'
import type { SandboxProfile } from '../sandbox/profile.ts'
import { requireTrust } from '../sandbox/worker/require-trust.ts'
import { installationError } from './errors.ts'
import type { InstallerPorts } from './ports.ts'

type Ports = Pick<InstallerPorts, 'profiles' | 'trustsWorkers'>

/** A profile by name, if plugin code can run in it. Fails with `SANDBOX_PROFILE_UNKNOWN` or `SANDBOX_TIER_UNAVAILABLE`. */
export function findProfile({ profiles }: Ports, name: string): SandboxProfile {
  const profile = profiles.get(name)
  if (profile === undefined)
    throw installationError(
      'SANDBOX_PROFILE_UNKNOWN',
      `Expected a sandbox profile of this host, found \`${name}\`. Known: ${[...profiles.keys()].join(', ')}.`,
    )
  if (profile.tier !== 'process') return profile
  throw sandboxError(
    'SANDBOX_TIER_UNAVAILABLE',
    `Expected a profile that runs plugin code, found \`${name}\`, which is for programs that a plugin starts.`,
  )
}

/** May this publisher's code run in that tier? Only worker threads need the operator's trust. */
export function isAllowed({ trustsWorkers }: Ports, { tier }: SandboxProfile, { id }: PluginManifest): boolean {
  return tier !== 'worker' || trustsWorkers(id.split('/')[0] ?? '')
}

/** The profile that an admin chose for a plugin. Fails with `SANDBOX_TRUST_REQUIRED` where trust is needed and missing. */
export function chooseProfile(ports: Ports, name: string, manifest: PluginManifest): SandboxProfile {
  const profile = findProfile(ports, name)
  if (profile.tier === 'worker') requireTrust(manifest.id, ports.trustsWorkers)
  return profile
}
