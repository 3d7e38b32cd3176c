import type { PluginManifest } from '@nexus/plugin-api'
import { checkIcon } from './check-icon.ts'
import { checkNative } from './check-native.ts'
import { checkDocument, checkSteering } from './check-visible.ts'
import type { MANIFEST_FILE } from './contents.ts'
import { bundleError } from './errors.ts'
import { MAX_MANIFEST_BYTES, MAX_README_BYTES } from './limits.ts'

export type BundleFiles = ReadonlyMap<string, Uint8Array>

/** What machines read as text: other bytes than UTF-8 would be another text on another machine. */
const UTF8_FILE = /\.(?:[cm]?[jt]sx?|json|html?|md)$/i
/** What people read as text, in whatever encoding. */
const TEXT_FILE = /\.(?:css|txt|svg|ya?ml)$/i

/** Checks file names and sizes: nothing that a package tool would compile, load or run. */
export function checkFileNames(files: BundleFiles): void {
  for (const [path, bytes] of files) {
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
    if (name === 'binding.gyp')
      throw bundleError('BUNDLE_INSTALL_SCRIPT', 'Expected no `binding.gyp`, found one. npm would compile it.')
    checkNative(path, bytes)
    if (path.toLowerCase().split('/').includes('node_modules')) {
      throw bundleError('BUNDLE_DEPENDENCIES', 'Expected no `node_modules`, found one. Bundle the code into one file.')
    }
  }
}

/** Checks the files that the manifest names, and every text for characters that nobody can see. */
export function checkFileContents(files: BundleFiles, manifest: PluginManifest): void {
  requireFile(files, manifest.main)
  if ('panels' in manifest.contributes) for (const panel of manifest.contributes.panels) requireFile(files, panel.entry)
  if (manifest.icon !== undefined) checkIcon(manifest.icon, requireFile(files, manifest.icon))
  for (const [path, bytes] of files) {
    if (UTF8_FILE.test(path)) checkSteering(path, decode(bytes, path))
    else if (TEXT_FILE.test(path)) checkSteering(path, new TextDecoder().decode(bytes))
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
  const text = decode(bytes, path)
  checkDocument(path, text)
  return text
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // The decoder's own words name no file.
    throw bundleError('BUNDLE_HIDDEN_TEXT', `Expected \`${path}\` in UTF-8, found other bytes.`)
  }
}
