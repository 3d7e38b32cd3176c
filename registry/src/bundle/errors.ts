import { createErrorFactory } from '@nexus/plugin-api'

const refused = (title: string) => ({ fault: 'caller', status: 422, title }) as const

/** One code per rule that a bundle can break. */
export const bundleErrors = {
  BUNDLE_TOO_LARGE: { fault: 'caller', status: 413, title: 'Bundle too large' },
  BUNDLE_GZIP: refused('Not one gzip member'),
  BUNDLE_UNPACKED_TOO_LARGE: refused('Unpacked bundle too large'),
  BUNDLE_HEADER: refused('Malformed tar header'),
  BUNDLE_TRUNCATED: refused('Truncated archive'),
  BUNDLE_TRAILING_DATA: refused('Data after the end of the archive'),
  BUNDLE_ENTRY_TYPE: refused('Entry is neither file nor folder'),
  BUNDLE_MODE: refused('Special permission bits'),
  BUNDLE_PATH: refused('Unsafe path'),
  BUNDLE_LAYOUT: refused('Entry outside package/'),
  BUNDLE_DUPLICATE: refused('Two entries for one path'),
  BUNDLE_ENTRIES: refused('Too many entries'),
  BUNDLE_FILE_TOO_LARGE: refused('File too large'),
  BUNDLE_FILE_MISSING: refused('Required file missing'),
  BUNDLE_JSON: refused('Malformed JSON'),
  BUNDLE_MANIFEST: refused('Invalid manifest'),
  BUNDLE_MANIFEST_MISMATCH: refused('package.json disagrees with the manifest'),
  BUNDLE_INSTALL_SCRIPT: refused('Install script'),
  BUNDLE_NATIVE_CODE: refused('Native code'),
  BUNDLE_DEPENDENCIES: refused('Run-time dependencies'),
  BUNDLE_ICON: refused('Icon is not an image'),
  BUNDLE_SBOM: refused('Bill of materials is not CycloneDX'),
  BUNDLE_HIDDEN_TEXT: refused('Hidden characters'),
  BUNDLE_DIGEST: refused('Bundle has another digest'),
  BUNDLE_TIMEOUT: refused('Bundle took too long to read'),
  BUNDLE_BUSY: { fault: 'host', status: 503, title: 'Too many bundles are being read' },
  BUNDLE_READER_FAILED: { fault: 'host', status: 500, title: 'Bundle reader failed' },
  README_FAILED: refused('README could not be rendered'),
} as const

export type BundleErrorCode = keyof typeof bundleErrors

export const bundleError = createErrorFactory(bundleErrors)

export function isBundleErrorCode(code: string): code is BundleErrorCode {
  return Object.hasOwn(bundleErrors, code)
}
