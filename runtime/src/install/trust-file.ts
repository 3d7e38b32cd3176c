import { randomUUID } from 'node:crypto'
import { readFile, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { publisherId, trustedKey } from '@nexus/registry/contract'
import { z } from 'zod'
import { isMissing, makePrivateFolder, renameDurably, writeDurably } from './durable-file.ts'
import { installError } from './errors.ts'

/** Who this host believes. People may read and edit it while the host is stopped. */
const trustFileSchema = z.strictObject({
  version: z.literal(1),
  registryUrl: z.string(),
  /** Keys whose countersignature counts; empty until the registry is pinned. */
  registryKeys: z.array(trustedKey),
  /** Keys whose signature counts, by publisher. A publisher that is not here installs nothing. */
  publishers: z.record(
    publisherId,
    z.strictObject({
      pinnedAt: z.iso.datetime(),
      keys: z.array(trustedKey).min(1),
      /** The operator lets this publisher's code run in worker threads, which are not a security boundary. */
      workers: z.boolean().default(false),
    }),
  ),
})

export type TrustFile = z.infer<typeof trustFileSchema>

/** Reads the trust file, or gives an empty one when there is none. A damaged one is an error, never empty trust. */
export async function readTrustFile(path: string, registryUrl: string): Promise<TrustFile> {
  await removeLeftovers(path)
  return await peekTrustFile(path, registryUrl)
}

/** The same for those who only look: leaves alone what a host may be writing just now. */
export async function peekTrustFile(path: string, registryUrl: string): Promise<TrustFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return { version: 1, registryUrl, registryKeys: [], publishers: {} }
    throw error
  }
  const parsed = trustFileSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw installError(
    'TRUST_FILE_INVALID',
    `Expected who is trusted in ${path}, found: ${issue?.path.join('.')}: ${issue?.message}. Mend or restore the file.`,
  )
}

/** Replaces the trust file so that a crash leaves the old or the new one, whole. */
export async function writeTrustFile(path: string, trust: TrustFile): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeDurably(draft, `${JSON.stringify(trust, undefined, 2)}\n`, 0o600)
    await renameDurably(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  await makePrivateFolder(folder)
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(path)}.`) && name.endsWith('.draft')) await rm(join(folder, name), { force: true })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The schema refuses it, and the error names the file.
    return undefined
  }
}
