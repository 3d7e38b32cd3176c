import type { BundleContents } from '../bundle/contents.ts'
import type { BundleDigest } from '../bundle/digest.ts'
import type { PackageContents } from '../bundle/package-contents.ts'
import { packageError } from './errors.ts'

/** What a bundle says about itself, read strictly: the only source of everything that is served about a version. */
export interface VersionFacts {
  readonly name: string
  readonly version: string
  readonly digest: BundleDigest
  /** SHA-1 in hex. */
  readonly shasum: string
  readonly size: number
  readonly unpackedSize: number
  /** Paths below `package/`. */
  readonly files: readonly string[]
  readonly packageJson: Readonly<Record<string, unknown>>
  readonly readme: string | undefined
  /** There when the bundle is a plugin. */
  readonly plugin: BundleContents | undefined
}

export function factsOfPackage(contents: PackageContents, plugin: BundleContents | undefined): VersionFacts {
  const { packageJson, digest, shasum, size, unpackedSize, files, readme } = contents
  return {
    name: packageJson.name,
    version: packageJson.version,
    digest,
    shasum,
    size,
    unpackedSize,
    files: files.map(({ path }) => path),
    packageJson,
    readme,
    plugin,
  }
}

export function factsOfPlugin(contents: BundleContents): VersionFacts {
  const packageJson: unknown = JSON.parse(Buffer.from(contents.files.get('package.json') ?? '{}').toString('utf8'))
  return {
    name: contents.packageJson.name,
    version: contents.packageJson.version,
    digest: contents.digests.bundle,
    shasum: contents.shasum,
    size: contents.size,
    unpackedSize: [...contents.files.values()].reduce((sum, file) => sum + file.length, 0),
    files: [...contents.files.keys()],
    packageJson: { ...Object(packageJson) },
    readme: contents.readme,
    plugin: contents,
  }
}

/** Refuses a bundle whose own name and version are not those it is published under: what npm calls manifest confusion. */
export function checkIdentity(
  facts: VersionFacts,
  expected: { readonly name: string; readonly version: string },
): void {
  if (facts.name === expected.name && facts.version === expected.version) return
  throw packageError(
    'PACKAGE_MISMATCH',
    `Expected a bundle whose package.json says ${expected.name} ${expected.version}, found another name or version.`,
    {
      details: {
        expected: `${expected.name}@${expected.version}`,
        found: `${facts.name}@${facts.version}`.slice(0, 300),
      },
    },
  )
}
