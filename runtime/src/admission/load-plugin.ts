import type { PluginManifest } from '@nexus/plugin-api'
import { grantError, resolveGrants, uncovered } from '../grants/index.ts'
import type { PluginEntry, PluginLoader, StateReason } from '../kernel/ports.ts'
import type { SandboxInspector } from '../sandbox/debug/inspector.ts'
import type { MappedSource } from '../sandbox/debug/stack-mapper.ts'
import type { SandboxLimits, SandboxProfile } from '../sandbox/profile.ts'
import type { SandboxUsage } from '../sandbox/sandbox.ts'
import type { InstallationRow } from '../store/store.ts'
import { type AdmissionPorts, type StartablePlugin, activatePlugin } from './activate-plugin.ts'
import { checkAccepted } from './admit-contributions.ts'
import { admissionError } from './errors.ts'
import { createSides } from './sides.ts'

/** A release as it lies on disk, every byte checked again. */
export interface OpenedRelease {
  readonly manifest: PluginManifest
  readonly code: string
  readonly codeDigest: string
  readonly sourceMap?: Uint8Array | undefined
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
  readonly loader: PluginLoader<VerifiedPlugin, GrantedPlugin, InstallationRow>
  usage(installationId: string): SandboxUsage | undefined
  /** The code that an installation runs, as its stacks name it, and where its source map is. */
  sourceOf(installationId: string): MappedSource | undefined
  /** From its next start on a debugger may attach to this installation, or may not. Developer mode only. */
  setInspected(installationId: string, isInspected: boolean): void
  /** Where a debugger attaches to the side that serves now. */
  inspectorOf(installationId: string): SandboxInspector | undefined
}

interface VerifiedPlugin extends OpenedRelease {
  readonly row: InstallationRow
}

type GrantedPlugin = Omit<StartablePlugin, 'isLazy' | 'isInspected' | 'reload'>

export function createAdmission(ports: LoaderPorts): Admission {
  const sides = createSides()
  const inspected = new Set<string>()
  const digests = new Map<string, { readonly bundleDigest: string; readonly file: string }>()
  return {
    loader: {
      async verify(entry, _signal, side) {
        const row = side ?? (await ports.row(entry.installationId))
        const { manifest, code, codeDigest } = await ports.open(row.bundleDigest)
        // One manifest, not two: an installation that sleeps costs what is kept here.
        return { manifest, code, codeDigest, row: { ...row, manifest } }
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
      async activate({ installationId }, granted, signal, isBoot) {
        const { bundleDigest } = granted.row
        digests.set(installationId, { bundleDigest, file: `${granted.manifest.id}.js` })
        // Must not hold on to `granted`: the code in it is let go while the plugin sleeps.
        const reload = async () => (await ports.open(bundleDigest)).code
        const startable = { ...granted, isLazy: isBoot, isInspected: inspected.has(installationId), reload }
        const plugin = await activatePlugin(startable, ports, signal, () => sides.serving(installationId))
        sides.remember(installationId, plugin)
        return { ...plugin, plug: () => sides.plug(installationId, plugin) }
      },
      quarantine: (entry, reason) => ports.quarantined(entry, reason),
    },
    sourceOf(installationId) {
      const known = digests.get(installationId)
      if (known === undefined) return undefined
      const { bundleDigest, file } = known
      return { key: bundleDigest, file, load: async () => (await ports.open(bundleDigest)).sourceMap }
    },
    usage: (installationId) => sides.usage(installationId),
    setInspected(installationId, isInspected) {
      if (isInspected) inspected.add(installationId)
      else inspected.delete(installationId)
    },
    inspectorOf: (installationId) => sides.serving(installationId)?.sandbox.inspector,
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
