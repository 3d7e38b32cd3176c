import type { BundleDigest } from './digest.ts'
import type { TarEntry } from './tar-grammar.ts'

/** A plain npm package, read strictly: what a registry must know of it, without the files' bytes. */
export interface PackageContents {
  /** Bytes of the tarball. */
  readonly size: number
  readonly digest: BundleDigest
  /** Hexadecimal SHA-1 of the tarball: `dist.shasum`. */
  readonly shasum: string
  /** Bytes of all files: `dist.unpackedSize`. */
  readonly unpackedSize: number
  /** In the order of the archive, paths below the root folder. */
  readonly files: readonly TarEntry[]
  /** `package.json` as it was parsed; name and version are texts. */
  readonly packageJson: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string }
  /** Text of the README, when there is one. */
  readonly readme: string | undefined
  /** Whether it holds `nexus.plugin.json`: then it wants to be a plugin and `readBundle` judges it. */
  readonly isPlugin: boolean
}
