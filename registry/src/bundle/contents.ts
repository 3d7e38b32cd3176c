import type { PluginManifest } from '@nexus/plugin-api'
import type { Scan } from '../checks/finding.ts'
import type { BundleDigest, FileDigest } from './digest.ts'

/** Name of the manifest inside a bundle. */
export const MANIFEST_FILE = 'nexus.plugin.json'

/** Name of the bill of materials inside a bundle: CycloneDX in JSON. */
export const SBOM_FILE = 'sbom.cdx.json'

/** The members of `package.json` that Nexus looks at. */
export interface PackageJson {
  readonly name: string
  readonly version: string
}

/** Everything in a bundle, read strictly and checked. */
export interface BundleContents {
  /** Bytes by path below `package/`. All share one buffer. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly manifest: PluginManifest
  readonly packageJson: PackageJson
  /** Bytes of the tarball. */
  readonly size: number
  /** Hexadecimal SHA-1 of the tarball: what old npm clients compare. */
  readonly shasum: string
  readonly digests: BundleDigests
  /** Markdown of the README, when the bundle has one. */
  readonly readme: string | undefined
  /** Markdown of the changelog, when the bundle has one. */
  readonly changelog: string | undefined
  /** What the static checks found, when they were asked for: `scanBundle`. */
  readonly scan?: Scan
}

export interface BundleDigests {
  /** Of the tarball as uploaded. */
  readonly bundle: BundleDigest
  /** Of the manifest file's bytes. */
  readonly manifest: FileDigest
  /** Of the tool definitions in canonical JSON. */
  readonly tools: FileDigest
  /** Of each file, by path. */
  readonly files: Readonly<Record<string, FileDigest>>
}
