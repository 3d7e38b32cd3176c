import { createWriteStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { buffer } from 'node:stream/consumers'
import { NexusError } from '@nexus/plugin-api'
import { type Entry, type ZipFile, fromBufferPromise } from 'yauzl'
import { importError } from './errors.ts'
import { MAX_ENTRIES, MAX_MANIFEST_BYTES, MAX_PATH_BYTES, MAX_UNPACKED_BYTES } from './limits.ts'

const MANIFEST = 'manifest.json'
const SIGNATURE_START = 'MCPB_SIG_V1'
const SIGNATURE_END = 'MCPB_SIG_END'
const FILE_TYPE = 0o170000
const ALLOWED_TYPES = new Set([0, 0o100000, 0o040000])
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const BAD_PATH = /[\u0000-\u001f\u007f\\:*?"<>|]|(?:^|\/)\.{1,2}(?:\/|$)|^\/|\/\/|[ .](?:\/|$)/

/** The manifest of a bundle, after every name and size in the bundle was looked at. Nothing is unpacked. */
export async function readBundleManifest(path: string): Promise<unknown> {
  return withZip(path, async (zip, entries) => {
    const entry = entries.find(({ fileName }) => fileName === MANIFEST)
    if (entry === undefined || entry.uncompressedSize > MAX_MANIFEST_BYTES) {
      throw importError(
        'IMPORT_BUNDLE_MANIFEST',
        `Expected a ${MANIFEST} of at most ${MAX_MANIFEST_BYTES} bytes, found none.`,
      )
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await buffer(await zip.openReadStreamPromise(entry)))
    return JSON.parse(text)
  })
}

/** Unpacks a bundle into an empty folder. Files are created, never overwritten; nothing outside of it is touched. */
export async function unpackBundle(path: string, folder: string): Promise<void> {
  await withZip(path, async (zip, entries) => {
    await mkdir(folder, { mode: 0o700 })
    for (const entry of entries) {
      const target = join(folder, entry.fileName)
      if (entry.fileName.endsWith('/')) {
        await mkdir(target, { recursive: true, mode: 0o700 })
        continue
      }
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      // Programs of binary bundles must be startable; nothing gets more than its owner's rights.
      const mode = ((entry.externalFileAttributes >>> 16) & 0o100) === 0 ? 0o600 : 0o700
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { flags: 'wx', mode }))
    }
  })
}

async function withZip<Result>(
  path: string,
  work: (zip: ZipFile, entries: readonly Entry[]) => Promise<Result>,
): Promise<Result> {
  try {
    const zip = await fromBufferPromise(withoutSignature(await readFile(path)), {
      lazyEntries: true,
      strictFileNames: true,
      validateEntrySizes: true,
      autoClose: false,
      decodeStrings: true,
    })
    return await work(zip, await readEntries(zip))
  } catch (cause) {
    if (cause instanceof NexusError) throw cause
    throw importError(
      'IMPORT_BUNDLE_INVALID',
      `Expected a ZIP archive as MCPB describes it, found: ${cause instanceof Error ? cause.message : 'something else'}.`,
      { cause },
    )
  }
}

async function readEntries(zip: ZipFile): Promise<readonly Entry[]> {
  if (zip.entryCount > MAX_ENTRIES) throw invalid(`at most ${MAX_ENTRIES} entries`, `${zip.entryCount}`)
  const entries: Entry[] = []
  const seen = new Set<string>()
  let bytes = 0
  for await (const entry of zip.eachEntry()) {
    checkEntry(entry, seen)
    bytes += entry.uncompressedSize
    if (bytes > MAX_UNPACKED_BYTES) throw invalid(`at most ${MAX_UNPACKED_BYTES} bytes unpacked`, 'more')
    entries.push(entry)
  }
  return entries
}

function checkEntry(entry: Entry, seen: Set<string>): void {
  const name = entry.fileName
  const path = name.replace(/\/$/, '')
  if (path === '' || Buffer.byteLength(name) > MAX_PATH_BYTES || BAD_PATH.test(path)) {
    throw invalid('plain relative paths', `\`${name.slice(0, 80)}\``)
  }
  // Two names that some file system takes for one.
  const folded = path.normalize('NFC').toUpperCase().toLowerCase()
  if (seen.has(folded)) throw invalid('each path once', `\`${name.slice(0, 80)}\` twice`)
  seen.add(folded)
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE
  if (!ALLOWED_TYPES.has(type)) throw invalid('files and folders only', `a link or device, \`${name.slice(0, 80)}\``)
  if (entry.isEncrypted() || !entry.canDecodeFileData())
    throw invalid('stored or deflated files', `\`${name.slice(0, 80)}\` in another form`)
}

/** A signature stands behind the archive. It is cut off: the archive is believed by its SHA-256. */
function withoutSignature(bytes: Buffer): Buffer {
  if (!bytes.subarray(-SIGNATURE_END.length).equals(Buffer.from(SIGNATURE_END))) return bytes
  const start = bytes.lastIndexOf(SIGNATURE_START)
  return start === -1 ? bytes : bytes.subarray(0, start)
}

function invalid(expected: string, found: string): Error {
  return importError('IMPORT_BUNDLE_INVALID', `Expected ${expected} in the bundle, found ${found}.`)
}
