import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { publishingError } from './errors.ts'
import { SCRYPT_COST, SCRYPT_MEMORY_BYTES, SCRYPT_PARALLELIZATION, SCRYPT_BLOCK_SIZE } from './limits.ts'

const base64 = z.base64().max(10_000)

/** A private key at rest: AES-256-GCM under a key that scrypt makes of a passphrase. */
export const sealedKeySchema = z.strictObject({
  kdf: z.literal('scrypt'),
  /** scrypt's N, r and p, so that they can grow later. */
  cost: z
    .int()
    .min(2)
    .max(2 ** 22),
  blockSize: z.int().min(1).max(32),
  parallelization: z.int().min(1).max(16),
  salt: base64,
  cipher: z.literal('aes-256-gcm'),
  iv: base64,
  tag: base64,
  data: base64,
})

export type SealedKey = z.infer<typeof sealedKeySchema>

const deriveKey = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** Seals a private key (PEM) under a passphrase; `boundTo`, the public key, must be the same when it is opened. */
export async function sealPrivateKey(privateKey: string, boundTo: string, passphrase: string): Promise<SealedKey> {
  const parameters = { cost: SCRYPT_COST, blockSize: SCRYPT_BLOCK_SIZE, parallelization: SCRYPT_PARALLELIZATION }
  const salt = randomBytes(16)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, salt, parameters), iv)
  cipher.setAAD(Buffer.from(boundTo))
  const data = Buffer.concat([cipher.update(privateKey, 'utf8'), cipher.final()])
  const text = (bytes: Buffer): string => bytes.toString('base64')
  return {
    kdf: 'scrypt',
    ...parameters,
    salt: text(salt),
    cipher: 'aes-256-gcm',
    iv: text(iv),
    tag: text(cipher.getAuthTag()),
    data: text(data),
  }
}

/** The private key. Fails with `PUBLISHER_PASSPHRASE` for another passphrase or a changed file. */
export async function openSealedKey(sealed: SealedKey, boundTo: string, passphrase: string): Promise<string> {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64')
  const decipher = createDecipheriv(
    'aes-256-gcm',
    await derive(passphrase, bytes(sealed.salt), sealed),
    bytes(sealed.iv),
  )
  decipher.setAAD(Buffer.from(boundTo))
  decipher.setAuthTag(bytes(sealed.tag))
  try {
    return Buffer.concat([decipher.update(bytes(sealed.data)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw publishingError(
      'PUBLISHER_PASSPHRASE',
      'Expected the passphrase of the signing key, found another one, or a file that was changed.',
      { cause },
    )
  }
}

async function derive(
  passphrase: string,
  salt: Buffer,
  { cost, blockSize, parallelization }: Pick<SealedKey, 'cost' | 'blockSize' | 'parallelization'>,
): Promise<Buffer> {
  // The same characters, however the keyboard composes them.
  const text = passphrase.normalize('NFKC')
  return await deriveKey(text, salt, 32, { N: cost, r: blockSize, p: parallelization, maxmem: SCRYPT_MEMORY_BYTES })
}
