import type { webcrypto } from 'node:crypto'
import { z } from 'zod'
import { type Capability, type Site, defineCapability } from '../capability.ts'
import { brokerError } from '../errors.ts'
import { createCryptoQueue } from './crypto-queue.ts'
import {
  type JsonWebKey,
  type KeyMaterial,
  type NamedAlgorithm,
  algorithmSchema,
  bytesSchema,
  cryptoBytes,
  explainCryptoError,
  hashSchema,
  importMaterial,
  materialOf,
  materialSchema,
  readAlgorithm,
} from './crypto-keys.ts'

// `crypto.subtle` of a sandbox. Keys are data of the plugin: nothing here is kept, so that nothing has to be taken back.

const { subtle } = globalThis.crypto

/** Signing and its kin: an algorithm, a key and what to work on. */
const withKey = z.strictObject({ algorithm: algorithmSchema, key: materialSchema, data: bytesSchema })

const keyFormat = z.enum(['raw', 'pkcs8', 'spki', 'jwk'])
const jwkSchema = z.record(
  z.string().max(32),
  z.union([z.string().max(20_000), z.boolean(), z.array(z.string().max(32)).max(16)]),
)

const PBKDF2_BLOCKS = 1_000_000
const HASH_BITS: Readonly<Record<string, number>> = { 'SHA-1': 160, 'SHA-256': 256, 'SHA-384': 384, 'SHA-512': 512 }

const queue = createCryptoQueue()

/** Work that costs time: one at a time for an installation, paid from its minute of CPU. */
function define<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  run: (argument: z.output<Schema>) => Promise<unknown>,
): Capability {
  return defineCapability(name, schema, async (argument, call, site: Site) =>
    queue.run(site, call.signal, async () => {
      try {
        return await run(argument)
      } catch (error) {
        throw explainCryptoError(error)
      }
    }),
  )
}

async function keyFor(key: KeyMaterial, usage: webcrypto.KeyUsage): Promise<webcrypto.CryptoKey> {
  return importMaterial(key, [usage])
}

/** `crypto.subtle.*` */
export const cryptoCapabilities: readonly Capability[] = [
  define('crypto.digest', z.strictObject({ hash: hashSchema, data: bytesSchema }), async ({ hash, data }) => ({
    data: cryptoBytes(await subtle.digest(hash, data)),
  })),
  define('crypto.sign', withKey, async ({ algorithm, key, data }) => ({
    data: cryptoBytes(await subtle.sign(readAlgorithm(algorithm), await keyFor(key, 'sign'), data)),
  })),
  define('crypto.verify', withKey.extend({ signature: bytesSchema }), async ({ algorithm, key, data, signature }) => ({
    valid: await subtle.verify(readAlgorithm(algorithm), await keyFor(key, 'verify'), signature, data),
  })),
  define('crypto.encrypt', withKey, async ({ algorithm, key, data }) => ({
    data: cryptoBytes(await subtle.encrypt(readAlgorithm(algorithm), await keyFor(key, 'encrypt'), data)),
  })),
  define('crypto.decrypt', withKey, async ({ algorithm, key, data }) => ({
    data: cryptoBytes(await subtle.decrypt(readAlgorithm(algorithm), await keyFor(key, 'decrypt'), data)),
  })),
  define(
    'crypto.derive',
    withKey.omit({ data: true }).extend({ bits: z.int().min(8).max(65_280).multipleOf(8) }),
    async ({ algorithm, key, bits }) => {
      checkIterations(algorithm, bits)
      return {
        data: cryptoBytes(await subtle.deriveBits(readAlgorithm(algorithm), await keyFor(key, 'deriveBits'), bits)),
      }
    },
  ),
  define('crypto.generate', z.strictObject({ algorithm: algorithmSchema }), async ({ algorithm }) =>
    generate(algorithm),
  ),
  define(
    'crypto.import',
    z.union([
      z.strictObject({ format: keyFormat.exclude(['jwk']), data: bytesSchema, algorithm: algorithmSchema }),
      z.strictObject({ format: z.literal('jwk'), jwk: jwkSchema, algorithm: algorithmSchema }),
    ]),
    async (argument) =>
      argument.format === 'jwk'
        ? materialOf('jwk', argument.jwk satisfies JsonWebKey, argument.algorithm)
        : materialOf(argument.format, argument.data, argument.algorithm),
  ),
  define('crypto.export', z.strictObject({ format: keyFormat, key: materialSchema }), async ({ format, key }) => {
    const imported = await importMaterial(key, usagesOf(key))
    if (format === 'jwk') return { jwk: await subtle.exportKey('jwk', imported) }
    return { data: cryptoBytes(await subtle.exportKey(format, imported)) }
  }),
]

/** A usage that fits the key, because a secret or private key without any is refused. */
function usagesOf({ type, algorithm: { name } }: KeyMaterial): webcrypto.KeyUsage[] {
  if (name === 'RSA-OAEP') return [type === 'public' ? 'encrypt' : 'decrypt']
  if (name.startsWith('AES')) return ['encrypt']
  return [type === 'public' ? 'verify' : 'sign']
}

const generatedUsages: Readonly<Record<string, webcrypto.KeyUsage[]>> = {
  HMAC: ['sign', 'verify'],
  'AES-GCM': ['encrypt', 'decrypt'],
  'AES-CBC': ['encrypt', 'decrypt'],
  'RSA-OAEP': ['encrypt', 'decrypt'],
  'RSASSA-PKCS1-v1_5': ['sign', 'verify'],
  'RSA-PSS': ['sign', 'verify'],
  ECDSA: ['sign', 'verify'],
  Ed25519: ['sign', 'verify'],
}

async function generate(algorithm: NamedAlgorithm): Promise<unknown> {
  const usages = generatedUsages[algorithm.name]
  if (usages === undefined)
    throw brokerError('CRYPTO_UNSUPPORTED', `Expected an algorithm that generates keys, found ${algorithm.name}.`)
  if (algorithm.modulusLength !== undefined && algorithm.modulusLength > 3072)
    throw brokerError('CRYPTO_LIMIT', `Expected a modulus of at most 3072 bits, found ${algorithm.modulusLength}.`)
  const made = await subtle.generateKey(readAlgorithm(algorithm), true, usages)
  if ('privateKey' in made) {
    const [publicKey, privateKey] = await Promise.all([exportMaterial(made.publicKey), exportMaterial(made.privateKey)])
    return { publicKey, privateKey }
  }
  return { secretKey: await exportMaterial(made) }
}

async function exportMaterial(key: webcrypto.CryptoKey): Promise<unknown> {
  const format = key.type === 'secret' ? 'raw' : key.type === 'private' ? 'pkcs8' : 'spki'
  return materialOf(format, new Uint8Array(await subtle.exportKey(format, key)), key.algorithm, key)
}

/** PBKDF2 costs iterations times blocks; more than a million would hold a thread for seconds. */
function checkIterations({ name, iterations = 1, hash = 'SHA-256' }: NamedAlgorithm, bits: number): void {
  if (name !== 'PBKDF2') return
  const blocks = Math.ceil(bits / (HASH_BITS[hash] ?? 160))
  if (iterations * blocks > PBKDF2_BLOCKS) {
    throw brokerError(
      'CRYPTO_LIMIT',
      `Expected at most ${PBKDF2_BLOCKS} iterations of PBKDF2 in all blocks together, found ${iterations * blocks}.`,
    )
  }
}
