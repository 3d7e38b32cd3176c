import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BundleDigest, canonicalJson, digestFile } from '@nexus/registry/bundle'
import { fileDigest } from '@nexus/registry/contract'
import { z } from 'zod'
import { schemas } from '../contract/index.ts'
import { isMissing, makePrivateFolder, writeDurably } from './durable-file.ts'
import { STAMP_MAX_AGE_MS } from './limits.ts'
import { STAMP, folderOf } from './release-folder.ts'

/** What checking signatures, log and metadata of a kept release led to: everything that cannot change by itself. */
export const evidenceSchema = z.strictObject({
  manifestDigest: fileDigest,
  publishedAt: z.iso.datetime(),
  links: z.array(schemas.chainLink),
  repository: z.string().exactOptional(),
  isLogged: z.boolean(),
  isTarget: z.boolean(),
})

export type Evidence = z.infer<typeof evidenceSchema>

const stampSchema = z.strictObject({ at: z.iso.datetime(), evidence: evidenceSchema, mac: z.hex().length(64) })

/** What evidence was found for: the record with all signatures, byte for byte, and everything that was believed then. */
export interface StampSubject {
  readonly bundleDigest: BundleDigest
  readonly record: string
  readonly trust: string
}

/** Evidence that this host found itself, so that a start need not check the same signatures again. */
export interface VerifiedStamps {
  /** `undefined` when there is none, when anything that it rests on has changed, or when it is old. */
  read(subject: StampSubject): Promise<Evidence | undefined>
  write(subject: StampSubject, evidence: Evidence): Promise<void>
}

/**
 * Opens the stamps of the releases in `root`. They are sealed with a secret of this host (`<data>/keys/stamps.key`):
 * whoever can write to the release folders but not read the secret cannot make one.
 */
export async function openStamps(dataDir: string, root: string): Promise<VerifiedStamps> {
  const key = await readOrCreateKey(join(dataDir, 'keys', 'stamps.key'))
  const seal = ({ bundleDigest, record, trust }: StampSubject, at: string, evidence: Evidence): Buffer =>
    createHmac('sha256', key)
      .update(canonicalJson({ bundleDigest, record: digestFile(record), trust, at, evidence }))
      .digest()
  return {
    async read(subject) {
      const parsed = stampSchema.safeParse(await readStamp(join(folderOf(root, subject.bundleDigest), STAMP)))
      if (!parsed.success) return undefined
      const { at, evidence, mac } = parsed.data
      const age = Date.now() - Date.parse(at)
      const isFresh = age >= 0 && age < STAMP_MAX_AGE_MS
      const isOurs = timingSafeEqual(Buffer.from(mac, 'hex'), seal(subject, at, evidence))
      return isFresh && isOurs ? evidence : undefined
    },
    async write(subject, evidence) {
      const at = new Date().toISOString()
      const stamp = { at, evidence, mac: seal(subject, at, evidence).toString('hex') }
      const draft = join(root, `.staging-${randomUUID()}`)
      try {
        await writeFile(draft, JSON.stringify(stamp), { mode: 0o400, flag: 'wx' })
        await rename(draft, join(folderOf(root, subject.bundleDigest), STAMP))
      } catch {
        // Without a stamp the next start checks everything: slower, and nothing else.
        await rm(draft, { force: true })
      }
    },
  }
}

async function readStamp(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    // None, or a damaged one: the same to whoever asks.
    return undefined
  }
}

async function readOrCreateKey(path: string): Promise<Buffer> {
  try {
    return Buffer.from(await readFile(path, 'utf8'), 'hex')
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  await makePrivateFolder(dirname(path))
  const key = randomBytes(32)
  await writeDurably(path, key.toString('hex'), 0o600)
  return key
}
