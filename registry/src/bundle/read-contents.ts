import { createHash } from 'node:crypto'
import { HIDDEN_CHARACTERS, type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { checkFileContents, checkFileNames, findMarkdown, requireSmallFile } from './check-files.ts'
import { checkPackageJson } from './check-package.ts'
import { checkSbom } from './check-sbom.ts'
import { type BundleContents, MANIFEST_FILE } from './contents.ts'
import { digestBundle, digestFile, digestTools } from './digest.ts'
import { bundleError } from './errors.ts'
import { gunzipStrictly } from './gunzip.ts'
import { readTar } from './read-tar.ts'
import { parseStrictJson } from './strict-json.ts'

/** Reads and checks a whole bundle. Blocks and trusts nothing: `readBundle` calls it in a worker. */
export function readContents(bytes: Buffer): BundleContents {
  const archive = gunzipStrictly(bytes)
  const files = new Map(
    readTar(archive).map(({ path, offset, size }) => [path, archive.subarray(offset, offset + size)]),
  )
  checkFileNames(files)
  const documents = { readme: findMarkdown(files, 'readme.md'), changelog: findMarkdown(files, 'changelog.md') }
  const manifestBytes = requireSmallFile(files, MANIFEST_FILE)
  const manifest = readManifest(parseStrictJson(manifestBytes, MANIFEST_FILE))
  const packageJson = checkPackageJson(
    parseStrictJson(requireSmallFile(files, 'package.json'), 'package.json'),
    manifest,
  )
  checkFileContents(files, manifest)
  checkSbom(files)
  return {
    files,
    manifest,
    packageJson,
    size: bytes.length,
    shasum: createHash('sha1').update(bytes).digest('hex'),
    digests: {
      bundle: digestBundle(bytes),
      manifest: digestFile(manifestBytes),
      tools: digestTools(manifest),
      files: Object.fromEntries([...files].map(([path, content]) => [path, digestFile(content)])),
    },
    ...documents,
  }
}

function readManifest(value: unknown): PluginManifest {
  const parsed = parseManifest(value)
  if (!parsed.ok) {
    const issues = parsed.issues.slice(0, 20)
    const first = issues[0]
    throw bundleError(
      'BUNDLE_MANIFEST',
      `Expected a valid manifest, found: ${first === undefined ? 'an unknown issue' : `${first.path}: ${first.message}`}`,
      { details: { issues } },
    )
  }
  checkTexts(value)
  return parsed.manifest
}

/** The schema checks the texts it knows; tool schemas hold more that a model will read. */
function checkTexts(value: unknown): void {
  if (typeof value === 'string' && HIDDEN_CHARACTERS.test(value)) {
    throw bundleError(
      'BUNDLE_HIDDEN_TEXT',
      'Expected visible text everywhere in the manifest, found hidden characters.',
    )
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    checkTexts(key)
    checkTexts(member)
  }
}
