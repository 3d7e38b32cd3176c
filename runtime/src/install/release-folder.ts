import { randomUUID } from 'node:crypto'
import { readFile, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BundleDigest, readVerifiedBundle } from '@nexus/registry/bundle'
import { bundleDigest, fileDigest, releaseDetail } from '@nexus/registry/contract'
import { z } from 'zod'
import { compareFiles, compareFolder } from './compare-files.ts'
import { isMissing, makePrivateFolder, renameDurably, syncFolder, writeDurably } from './durable-file.ts'
import { installError } from './errors.ts'
import { FOLDER_DIGITS } from './limits.ts'

const RECORD = 'release.json'
const BUNDLE = 'bundle.tgz'
const FILES = 'files'
/** What this host found when it last checked everything; made anew when it is gone. */
export const STAMP = 'verified.json'
const LITTER = /^\.(?:staging|trash)-/

const recordSchema = z.strictObject({
  id: z.string(),
  version: z.string(),
  bundleDigest,
  signatures: releaseDetail.shape.signatures.strict(),
  distSignature: releaseDetail.shape.distSignature,
  /** Where the log says that it was published, so that a start needs no network. */
  log: releaseDetail.shape.log,
  /** `sha256:` of each file, by path. */
  files: z.record(z.string(), fileDigest),
  storedAt: z.iso.datetime(),
})

/** What is kept beside a release's files: enough to verify the chain again without the registry. */
export type ReleaseRecord = z.infer<typeof recordSchema>

/** A release as found on disk, its bytes compared with its digest and its files with its bytes. */
export interface StoredRelease {
  readonly record: ReleaseRecord
  /** The record byte for byte. */
  readonly text: string
  readonly dir: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

export function folderOf(root: string, digest: BundleDigest): string {
  return join(root, digest.slice('sha512:'.length, 'sha512:'.length + FOLDER_DIGITS))
}

/** Writes a verified release: everything into a staging folder of the same file system, to disk, then one rename. */
export async function writeRelease(
  root: string,
  record: ReleaseRecord,
  bundle: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const staging = join(root, `.staging-${randomUUID()}`)
  try {
    await makePrivateFolder(join(staging, FILES))
    const folders = new Set([staging, join(staging, FILES)])
    for (const [path, bytes] of files) {
      const target = join(staging, FILES, path)
      await makePrivateFolder(dirname(target))
      await writeDurably(target, bytes, 0o400)
      for (let folder = dirname(target); folder !== staging; folder = dirname(folder)) folders.add(folder)
    }
    await writeDurably(join(staging, BUNDLE), bundle, 0o400)
    await writeDurably(join(staging, RECORD), `${JSON.stringify(record, undefined, 2)}\n`, 0o400)
    for (const folder of folders) await syncFolder(folder)
    await removeRelease(root, record.bundleDigest)
    await renameDurably(staging, folderOf(root, record.bundleDigest))
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Reads a release back and compares every byte with the digest that names it; a changed or extra file is damage. */
export async function readRelease(root: string, digest: BundleDigest): Promise<StoredRelease | undefined> {
  const folder = folderOf(root, digest)
  let text: string
  try {
    text = await readFile(join(folder, RECORD), 'utf8')
  } catch (error) {
    if (isMissing(error) && !(await exists(folder))) return undefined
    throw damaged(digest, 'its record is missing', error)
  }
  try {
    const record = recordSchema.parse(JSON.parse(text))
    const files = readVerifiedBundle(await readFile(join(folder, BUNDLE)), digest)
    if (record.bundleDigest !== digest) throw new Error('its record names another bundle')
    await compareFolder(folder, [RECORD, BUNDLE, FILES, STAMP])
    await compareFiles(join(folder, FILES), files, record.files)
    return { record, text, dir: join(folder, FILES), files }
  } catch (error) {
    throw damaged(digest, error instanceof z.ZodError ? 'its record is not understood' : reasonOf(error), error)
  }
}

/** Removes a release so that a crash never leaves half of one under its name. True when there was one. */
export async function removeRelease(root: string, digest: BundleDigest): Promise<boolean> {
  const trash = join(root, `.trash-${randomUUID()}`)
  try {
    await rename(folderOf(root, digest), trash)
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
  await syncFolder(root)
  await rm(trash, { recursive: true, force: true })
  return true
}

/** Removes what a crash left. Nothing else may write to the folder meanwhile. */
export async function removeLitter(root: string): Promise<readonly string[]> {
  const litter = (await readdir(root)).filter((name) => LITTER.test(name))
  for (const name of litter) await rm(join(root, name), { recursive: true, force: true })
  return litter
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    (error: unknown) => !isMissing(error),
  )
}

function damaged(digest: string, found: string, cause: unknown) {
  return installError(
    'INSTALL_DAMAGED',
    `Expected the stored release ${digest.slice(0, 23)}… as it was verified, found that ${found}. Install it again.`,
    {
      details: { layer: 'bytes', expected: digest, found },
      cause,
    },
  )
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be read'
}
