import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { keyId, publicKeyPem, type TrustedKey } from '../contract/keys.ts'
import { type SignatureBundle, signatureBundle } from '../contract/signature-bundle.ts'
import { registryError } from '../errors.ts'
import { endorseKey } from '../signing/endorse-key.ts'
import { generateKeyPair } from '../signing/keys.ts'
import { replaceDurably } from './durable-file.ts'
import { type RegistryKey, loadRegistryKey } from './registry-key.ts'

/** What a key of the registry signs: admissions of releases, or what npm's clients check. */
export type KeyUse = 'admission' | 'dist'

/** The registry's keys. The newest of each use signs; older ones are kept, so that what they signed stays valid. */
export interface RegistryKeys {
  current(use: KeyUse): RegistryKey
  /** All of them, without what is secret. */
  trusted(use?: KeyUse): readonly TrustedKey[]
  /** For hosts that know an older key: each newer one, endorsed by one before it. */
  endorsements(): readonly SignatureBundle[]
  /** Signs with a new key from now on; the present one endorses it and signs nothing more. */
  rotate(use: KeyUse): Promise<TrustedKey>
}

const ringEntry = z.strictObject({
  use: z.enum(['admission', 'dist']),
  keyId,
  publicKey: publicKeyPem,
  privateKey: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
  validFrom: z.iso.datetime(),
  validUntil: z.iso.datetime().optional(),
  endorsement: signatureBundle,
})
/** `validUntil` of the first key, which has a file of its own. */
const ringSchema = z.strictObject({
  version: z.literal(1),
  firstValidUntil: z.iso.datetime().optional(),
  keys: z.array(ringEntry),
})

type Ring = z.infer<typeof ringSchema>

/** Opens the keys in the data folder; the first of each use is made on first start. Only the owner may read them. */
export async function openRegistryKeys(dataDir: string): Promise<RegistryKeys> {
  const first = await loadRegistryKey(dataDir)
  const path = join(dataDir, 'registry-keys.json')
  let ring = await readRing(path)
  const ofUse = (use: KeyUse): readonly (RegistryKey & { readonly validUntil?: string | undefined })[] => [
    ...(use === 'admission' ? [{ ...first, validUntil: ring.firstValidUntil }] : []),
    ...ring.keys.filter((key) => key.use === use),
  ]
  const current = (use: KeyUse): RegistryKey => {
    const key = ofUse(use).at(-1)
    if (key !== undefined) return key
    throw new TypeError(`Expected a key of the registry for ${use}.`)
  }
  const rotate = async (use: KeyUse): Promise<TrustedKey> => {
    const now = new Date().toISOString()
    const next = { ...generateKeyPair(use === 'dist' ? 'p256' : 'ed25519'), validFrom: now }
    const endorsement = await endorseKey(next, current('admission'))
    const changed = withKey(ring, { use, ...next, endorsement }, now)
    await replaceDurably(path, `${JSON.stringify(changed, undefined, 2)}\n`, 0o600)
    ring = changed
    return publicPart(next)
  }
  if (ofUse('dist').length === 0) await rotate('dist')
  return {
    current,
    trusted: (use) => (use === undefined ? [...ofUse('admission'), ...ofUse('dist')] : ofUse(use)).map(publicPart),
    endorsements: () => ring.keys.map(({ endorsement }) => endorsement),
    rotate,
  }
}

/** The key of this use that signed until now ends, and the next one begins. */
function withKey(ring: Ring, next: z.infer<typeof ringEntry>, now: string): Ring {
  const last = ring.keys.findLastIndex(({ use }) => use === next.use)
  const keys = ring.keys.map((key, index) => (index === last ? { ...key, validUntil: now } : key))
  const endsFirst = next.use === 'admission' && last === -1
  return { ...ring, ...(endsFirst ? { firstValidUntil: now } : {}), keys: [...keys, next] }
}

function publicPart(key: RegistryKey & { readonly validUntil?: string | undefined }): TrustedKey {
  const { keyId: id, publicKey, validFrom, validUntil } = key
  return { keyId: id, publicKey, validFrom, ...(validUntil === undefined ? {} : { validUntil }) }
}

async function readRing(path: string): Promise<Ring> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { version: 1, keys: [] }
    throw error
  }
  const parsed = ringSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw registryError(
    'REGISTRY_DATA_INVALID',
    `Expected the registry's keys in ${path}, found something else. Restore the file; new keys are trusted by no host.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The schema refuses it with words that say what to do.
    return undefined
  }
}
