import type { PluginManifest } from '@nexus/plugin-api'
import { grantError, resolveGrants, uncovered } from '../grants/index.ts'
import type { PluginEntry, PluginLoader, StateReason } from '../kernel/ports.ts'
import type { SandboxLimits, SandboxProfile } from '../sandbox/profile.ts'
import type { SandboxUsage } from '../sandbox/sandbox.ts'
import type { InstallationRow } from '../store/store.ts'
import { type ActivePlugin, type AdmissionPorts, type StartablePlugin, activatePlugin } from './activate-plugin.ts'
import { checkAccepted } from './admit-contributions.ts'
import { admissionError } from './errors.ts'

/** A release as it lies on disk, every byte checked again. */
export interface OpenedRelease {
  readonly manifest: PluginManifest
  readonly code: string
  readonly codeDigest: string
}

export interface LoaderPorts extends AdmissionPorts {
  row(installationId: string): Promise<InstallationRow>
  /** Verifies the unpacked files against their digests; throws a coded error when one differs, is missing or is new. */
  open(bundleDigest: string): Promise<OpenedRelease>
  readonly profiles: ReadonlyMap<string, SandboxProfile>
  limitsFor(profile: SandboxProfile, manifest: PluginManifest, installationId: string): SandboxLimits
  /** The row with the grants that an admin left it. */
  narrowed(row: InstallationRow): InstallationRow
  quarantined(entry: PluginEntry, reason: StateReason): Promise<void>
}

/** The kernel's loader, with readings of what runs. */
export interface Admission {
  readonly loader: PluginLoader<VerifiedPlugin, StartablePlugin, InstallationRow>
  usage(installationId: string): SandboxUsage | undefined
}

interface VerifiedPlugin extends OpenedRelease {
  readonly row: InstallationRow
}

const NO_USAGE: SandboxUsage = { calls: 0, errors: 0, cpuMicroseconds: 0, heapBytes: 0, capabilityCalls: 0 }

export function createAdmission(ports: LoaderPorts): Admission {
  // Oldest first: while a swap is under way an installation has two sides, and the last one that was plugged in serves.
  const sides = new Map<string, Set<ActivePlugin>>()
  const serving = new Map<string, ActivePlugin>()
  // What earlier sandboxes of an installation used since the host started.
  const past = new Map<string, SandboxUsage>()
  const remember = (installationId: string, plugin: ActivePlugin): void => {
    sides.set(installationId, (sides.get(installationId) ?? new Set()).add(plugin))
    void plugin.sandbox.exited.then(() => {
      past.set(installationId, addUsage(past.get(installationId) ?? NO_USAGE, plugin.sandbox.usage()))
      const left = sides.get(installationId)
      left?.delete(plugin)
      if (left?.size === 0) sides.delete(installationId)
      if (serving.get(installationId) === plugin) serving.delete(installationId)
    })
  }
  return {
    loader: {
      async verify(entry, _signal, side) {
        const row = side ?? (await ports.row(entry.installationId))
        const release = await ports.open(row.bundleDigest)
        return { ...release, row }
      },
      async grant(_entry, verified) {
        checkAccepted(verified.manifest)
        checkGranted(verified)
        const { row, manifest } = verified
        const profile = ports.profiles.get(row.profile)
        if (profile === undefined)
          throw admissionError('PROFILE_UNKNOWN', `Expected a sandbox profile of this host, found \`${row.profile}\`.`)
        const limits = ports.limitsFor(profile, manifest, row.id)
        return { ...verified, row: ports.narrowed(row), profile, limits }
      },
      async activate(entry, granted, signal) {
        const { installationId } = entry
        const plugin = await activatePlugin(granted, ports, signal, () => serving.get(installationId))
        remember(installationId, plugin)
        return {
          ...plugin,
          plug() {
            try {
              plugin.plug()
            } catch (error) {
              serving.get(installationId)?.plug()
              throw error
            }
            serving.set(installationId, plugin)
          },
        }
      },
      quarantine: (entry, reason) => ports.quarantined(entry, reason),
    },
    usage(installationId) {
      const readings = [...(sides.get(installationId) ?? [])].map(({ sandbox }) => sandbox.usage())
      return [past.get(installationId), ...readings]
        .filter((reading) => reading !== undefined)
        .reduce<SandboxUsage | undefined>((sum, next) => (sum === undefined ? next : addUsage(sum, next)), undefined)
    },
  }
}

/** The release must be the one consent was given to, and ask for nothing beyond it. */
function checkGranted({ row, manifest }: VerifiedPlugin): void {
  if (manifest.id !== row.pluginId || manifest.version !== row.version) {
    throw grantError(
      'GRANT_CONSENT',
      `Expected ${row.pluginId} ${row.version}, found ${manifest.id} ${manifest.version}. Install it again.`,
    )
  }
  const asked = resolveGrants(manifest, row.config, { allowPrivateAddresses: [] })
  const missing = uncovered(asked, row.grants)
  if (missing.length > 0) {
    throw grantError(
      'GRANT_MISSING',
      `Expected a grant for everything the plugin asks, found none for ${missing.join('; ')}. Open its settings and consent.`,
    )
  }
}

function addUsage(left: SandboxUsage, right: SandboxUsage): SandboxUsage {
  return {
    calls: left.calls + right.calls,
    errors: left.errors + right.errors,
    cpuMicroseconds: left.cpuMicroseconds + right.cpuMicroseconds,
    heapBytes: right.heapBytes,
    capabilityCalls: left.capabilityCalls + right.capabilityCalls,
  }
}
