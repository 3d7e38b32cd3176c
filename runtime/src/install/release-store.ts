import type { PluginManifest } from '@nexus/plugin-api'
import type { BundleDigest, FileDigest } from '@nexus/registry/bundle'
import type { TrustedIdentity, TrustedKey } from '@nexus/registry/contract'
import type { ChainLink, PolicyRefusal, ReleaseNotice } from '../contract/index.ts'

/** What installing would bring, verified as far as this host can before anybody decided. */
export interface ReleasePlan {
  readonly id: string
  readonly version: string
  readonly bundleDigest: BundleDigest
  readonly size: number
  /** Out of the verified bundle, not as the registry tells it. */
  readonly manifest: PluginManifest
  readonly chain: readonly ChainLink[]
  /** Why the policy of this host refuses it; empty when it does not. */
  readonly policy: readonly PolicyRefusal[]
  /** True when this host has never pinned this publisher: installing needs `pin` first. */
  readonly newSigner: boolean
  readonly signer: {
    readonly publisherId: string
    readonly keys: readonly TrustedKey[]
    readonly identities: readonly TrustedIdentity[]
  }
}

/** A release whose whole chain was checked just now. */
export interface VerifiedRelease {
  readonly id: string
  readonly version: string
  readonly manifest: PluginManifest
  readonly bundleDigest: BundleDigest
  /** Folder of the unpacked files. */
  readonly dir: string
  /** Source text of the manifest's `main`, out of the verified bytes. */
  readonly code: string
  readonly codeDigest: FileDigest
  /** The source map beside `main`, as bytes of a stranger; `undefined` when the release has none. */
  readonly sourceMap: Uint8Array | undefined
  readonly chain: readonly ChainLink[]
}

/** Verified releases of this host, by digest. */
export interface ReleaseStore {
  /** Finds, downloads and verifies a release without keeping it. `range` is a version or a semver range. */
  plan(id: string, range: string, signal?: AbortSignal): Promise<ReleasePlan>
  /** Believes the signer of a plan from now on. The admin decides this. */
  pin(plan: ReleasePlan): Promise<void>
  /** Downloads, verifies with pinned signers and the policy, and keeps a release. One that is kept already is verified again. */
  fetch(id: string, version: string, signal?: AbortSignal): Promise<VerifiedRelease>
  /** Verifies a kept release again, from disk alone: every byte, both signatures, today's trust. */
  open(bundleDigest: BundleDigest): Promise<VerifiedRelease>
  /** What was said about a release since: revoked, yanked or deprecated. */
  notice(id: string, version: string): ReleaseNotice | undefined
  /** True when there was one. */
  remove(bundleDigest: BundleDigest): Promise<boolean>
  /** Removes what a crash left; call it before anything else. Gives the names of what it removed. */
  recover(): Promise<readonly string[]>
}
