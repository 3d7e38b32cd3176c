import type { PluginManifest } from '@nexus/plugin-api'
import type { MANIFEST_FILE } from './contents.ts'
import { bundleError } from './errors.ts'
import { MAX_MANIFEST_BYTES, MAX_README_BYTES } from './limits.ts'

export type BundleFiles = ReadonlyMap<string, Uint8Array>

/** Characters that make a reader see other code than the machine runs: direction changes and invisible tags. */
const STEERING_CHARACTERS = /[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E0FFF}]/u
const TEXT_FILE = /\.(?:[cm]?[jt]sx?|json|html?|css|md|txt|svg|ya?ml)$/i

/** Checks file names and sizes: nothing that a package tool would compile, load or run. */
export function checkFileNames(files: BundleFiles): void {
  for (const path of files.keys()) {
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
    if (name === 'binding.gyp')
      throw bundleError('BUNDLE_INSTALL_SCRIPT', 'Expected no `binding.gyp`, found one. npm would compile it.')
    if (/\.(node|so|dll|dylib|exe)$/.test(name))
      throw bundleError('BUNDLE_NATIVE_CODE', `Expected no native code, found \`${path}\`.`)
    if (path.toLowerCase().split('/').includes('node_modules')) {
      throw bundleError('BUNDLE_DEPENDENCIES', 'Expected no `node_modules`, found one. Bundle the code into one file.')
    }
  }
}

/** Checks the files that the manifest names, and every text for characters that nobody can see. */
export function checkFileContents(files: BundleFiles, manifest: PluginManifest): void {
  requireFile(files, manifest.main)
  if ('panels' in manifest.contributes) for (const panel of manifest.contributes.panels) requireFile(files, panel.entry)
  if (manifest.icon !== undefined && !isImage(requireFile(files, manifest.icon))) {
    throw bundleError('BUNDLE_ICON', `Expected a PNG or WebP image in \`${manifest.icon}\`, found something else.`)
  }
  for (const [path, bytes] of files) {
    if (!TEXT_FILE.test(path)) continue
    const text = decode(bytes, path)
    if (STEERING_CHARACTERS.test(text)) {
      throw bundleError(
        'BUNDLE_HIDDEN_TEXT',
        `Expected visible text in \`${path}\`, found invisible or direction-changing characters.`,
      )
    }
  }
}

/** The bytes of a file that must be there. */
function requireFile(files: BundleFiles, path: string): Uint8Array {
  const bytes = files.get(path)
  if (bytes === undefined)
    throw bundleError('BUNDLE_FILE_MISSING', `Expected the file \`${path}\` in the bundle, found none.`)
  return bytes
}

/** A JSON file at the top of the bundle, within its size limit. */
export function requireSmallFile(files: BundleFiles, path: typeof MANIFEST_FILE | 'package.json'): Uint8Array {
  const bytes = requireFile(files, path)
  if (bytes.length <= MAX_MANIFEST_BYTES) return bytes
  throw bundleError(
    'BUNDLE_FILE_TOO_LARGE',
    `Expected \`${path}\` of at most ${MAX_MANIFEST_BYTES} bytes, found ${bytes.length}.`,
  )
}

/** A Markdown file at the top of the bundle, by its name in any case. */
export function findMarkdown(files: BundleFiles, name: string): string | undefined {
  const path = [...files.keys()].find((candidate) => candidate.toLowerCase() === name)
  const bytes = path === undefined ? undefined : files.get(path)
  if (path === undefined || bytes === undefined) return undefined
  if (bytes.length > MAX_README_BYTES) {
    throw bundleError(
      'BUNDLE_FILE_TOO_LARGE',
      `Expected \`${path}\` of at most ${MAX_README_BYTES} bytes, found ${bytes.length}.`,
    )
  }
  return decode(bytes, path)
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // The decoder's own words name no file.
    throw bundleError('BUNDLE_HIDDEN_TEXT', `Expected \`${path}\` in UTF-8, found other bytes.`)
  }
}

function isImage(bytes: Uint8Array): boolean {
  const magic = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12)).toString('latin1')
  return magic.startsWith('\u0089PNG\r\n\u001a\n') || /^RIFF[\s\S]{4}WEBP$/.test(magic)
}
