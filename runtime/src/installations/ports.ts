import type { PluginManifest } from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { ChainLink, PolicyRefusal, ReleaseNotice } from '../contract/index.ts'
import type { UpstreamTable } from '../gateway/upstream/upstream.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { InspectorAddress } from '../sandbox/debug/inspector-door.ts'
import type { SandboxLimits, SandboxProfile } from '../sandbox/profile.ts'
import type { SandboxUsage } from '../sandbox/sandbox.ts'
import type { Store } from '../store/store.ts'
import type { PluginLog } from '../telemetry/index.ts'
import type { RegistryFacts } from './updates/registry-facts.ts'
import type { PolicyGuards } from './policy-guards.ts'

/** A release with the chain as this host checked it. */
export interface CheckedRelease {
  readonly manifest: PluginManifest
  /** `sha512:` digest of the bundle. */
  readonly bundleDigest: string
  readonly chain: readonly ChainLink[]
  /** True when every link holds. */
  readonly verified: boolean
  /** True when the publisher's keys are not pinned yet. */
  readonly newSigner: boolean
  /** Why the policy of this host refuses it; empty when it does not. */
  readonly policy: readonly PolicyRefusal[]
}

/** Releases as the host fetches, checks and keeps them. */
export interface ReleasePort {
  /** Fetches what is needed to check the chain. A broken chain is data here, not an error; `undefined` when there is no such release. */
  inspect(pluginId: string, version: string | undefined): Promise<CheckedRelease | undefined>
  /** Fetches, checks and keeps. Any broken link throws and leaves nothing behind; a new signer is pinned. */
  keep(
    pluginId: string,
    version: string,
    onStep: (step: 'download' | 'verify' | 'unpack') => void,
  ): Promise<CheckedRelease>
  /** A kept release, checked again from disk alone. Throws when it is not here or must not run any more. */
  stored(bundleDigest: string): Promise<CheckedRelease>
  /** The chain of a kept release, as it was checked when it was kept. */
  chainOf(bundleDigest: string): Promise<readonly ChainLink[]>
  /** What was said about a release after it was published: revoked, yanked or deprecated. */
  notice(pluginId: string, version: string): ReleaseNotice | undefined
  /** Forgets the files of a release. */
  discard(bundleDigest: string): Promise<void>
}

/** Debugging of installations, in developer mode. */
export interface InspectionPort {
  isOpen(installationId: string): boolean
  /** From its next start on a debugger may attach, or may not. */
  set(installationId: string, isInspected: boolean): void
  open(installationId: string, title: string): InspectorAddress
  /** Ends the debuggers that are attached. */
  close(installationId: string): void
}

export interface InstallerPorts {
  /** Absent unless the host is in developer mode. */
  readonly inspection?: InspectionPort | undefined
  readonly store: Pick<
    Store,
    'installations' | 'pluginStorage' | 'exposedNames' | 'secrets' | 'users' | 'updates' | 'definitions'
  >
  readonly releases: ReleasePort
  /** What the registry tells of plugins, for choosing and showing. */
  readonly registry: RegistryFacts
  readonly kernel: Kernel
  readonly upstreams: Pick<UpstreamTable, 'list'>
  readonly audit: Pick<AuditTrail, 'record'>
  readonly log: PluginLog
  readonly guards: PolicyGuards
  readonly profiles: ReadonlyMap<string, SandboxProfile>
  /** Did the operator say that this publisher's code may run in worker threads? */
  readonly trustsWorkers: (publisher: string) => boolean
  limitsFor(profile: SandboxProfile, manifest: PluginManifest, installationId: string): SandboxLimits
  /** Everything that was measured and bounded of an installation that is gone. */
  forget(installationId: string): Promise<void>
  usage(installationId: string): SandboxUsage | undefined
  readonly hostVersion: string
  /** The same for all nodes of this host, and no other's: which part of a staged roll-out it is in follows from it. */
  readonly hostId: string
  /** How old a release must be before it is taken without asking, milliseconds. */
  minimumAgeMs(pluginId: string): number
  now(): Date
}
