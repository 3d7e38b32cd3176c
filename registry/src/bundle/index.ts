export {
  type Finding,
  type FindingCode,
  type Scan,
  type Severity,
  type Verdict,
  checkRelease,
  findingCodes,
  verdictOf,
} from '../checks/index.ts'
export { collectFiles } from './collect-files.ts'
export { type BundleContents, type BundleDigests, MANIFEST_FILE, type PackageJson, SBOM_FILE } from './contents.ts'
export { type BundleDigest, type FileDigest, canonicalJson, digestBundle, digestFile, digestTools } from './digest.ts'
export { type BundleErrorCode, bundleErrors } from './errors.ts'
export { MAX_BUNDLE_BYTES, MAX_PACKAGE_BYTES } from './limits.ts'
export { packBundle } from './pack-bundle.ts'
export type { PackageContents } from './package-contents.ts'
export { readBundle, scanBundle } from './read-bundle.ts'
export { readPlainPackage } from './read-plain-package.ts'
export { readVerifiedBundle } from './read-verified-bundle.ts'
export { renderReadme } from './render-readme.ts'
export { BLOCK, readHeader } from './tar-header.ts'
