import type { webcrypto } from 'node:crypto'
import { z } from 'zod'
import { brokerError } from '../errors.ts'

const { subtle } = globalThis.crypto

const MAX_CRYPTO_BYTES = 1_048_576
const MAX_MODULUS_BITS = 4096

/** Bytes travel as base64. */
export const bytesSchema = z
  .base64()
  .max(Math.ceil(MAX_CRYPTO_BYTES / 3) * 4)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))

export const hashSchema = z.enum(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'])

const algorithmNames = [
  'HMAC',
  'AES-GCM',
  'AES-CBC',
  'RSA-OAEP',
  'RSASSA-PKCS1-v1_5',
  'RSA-PSS',
  'ECDSA',
  'Ed25519',
  'HKDF',
  'PBKDF2',
] as const

/** An algorithm with whatever of it matters for one operation. Source: Web Cryptography API, 20 to 34. */
export const algorithmSchema = z.strictObject({
  name: z.enum(algorithmNames),
  hash: hashSchema.exactOptional(),
  namedCurve: z.enum(['P-256', 'P-384', 'P-521']).exactOptional(),
  length: z.int().min(8).max(65_536).exactOptional(),
  modulusLength: z.int().min(2048).max(MAX_MODULUS_BITS).exactOptional(),
  publicExponent: bytesSchema.exactOptional(),
  iv: bytesSchema.exactOptional(),
  additionalData: bytesSchema.exactOptional(),
  tagLength: z.int().exactOptional(),
  saltLength: z.int().min(0).max(512).exactOptional(),
  label: bytesSchema.exactOptional(),
  salt: bytesSchema.exactOptional(),
  info: bytesSchema.exactOptional(),
  iterations: z.int().min(1).max(1_000_000).exactOptional(),
})

export type NamedAlgorithm = z.output<typeof algorithmSchema>

/** A key as the guest keeps it: raw, PKCS #8 or SPKI bytes by its type. */
export const materialSchema = z.strictObject({
  type: z.enum(['secret', 'private', 'public']),
  data: bytesSchema,
  algorithm: algorithmSchema,
})

export type KeyMaterial = z.output<typeof materialSchema>

export type JsonWebKey = webcrypto.JsonWebKey

type Algorithm = Parameters<typeof subtle.importKey>[2] &
  Parameters<typeof subtle.sign>[0] &
  Parameters<typeof subtle.encrypt>[0] &
  Parameters<typeof subtle.deriveBits>[0] &
  Parameters<typeof subtle.generateKey>[0]

/** The algorithm for Node, whose own checks find what is missing. */
export function readAlgorithm(algorithm: NamedAlgorithm): Algorithm {
  return algorithm
}

export function cryptoBytes(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('base64')
}

const formats = { secret: 'raw', private: 'pkcs8', public: 'spki' } as const

export async function importMaterial(
  { type, data, algorithm }: KeyMaterial,
  usages: webcrypto.KeyUsage[],
): Promise<webcrypto.CryptoKey> {
  // A derivation key may not be extractable, and nobody exports one.
  const extractable = algorithm.name !== 'HKDF' && algorithm.name !== 'PBKDF2'
  const key = await subtle.importKey(formats[type], data, readAlgorithm(algorithm), extractable, usages)
  checkModulus(key)
  return key
}

/** A modulus beyond all use would make each signature a burden. */
function checkModulus({ algorithm }: webcrypto.CryptoKey): void {
  const bits = 'modulusLength' in algorithm ? Number(algorithm.modulusLength) : 0
  if (bits > MAX_MODULUS_BITS)
    throw brokerError('CRYPTO_LIMIT', `Expected a modulus of at most ${MAX_MODULUS_BITS} bits, found ${bits}.`)
}

const importUsages: Readonly<Record<'secret' | 'private' | 'public', Readonly<Record<string, webcrypto.KeyUsage>>>> = {
  secret: { HMAC: 'sign', 'AES-GCM': 'encrypt', 'AES-CBC': 'encrypt', HKDF: 'deriveBits', PBKDF2: 'deriveBits' },
  private: { 'RSA-OAEP': 'decrypt', 'RSASSA-PKCS1-v1_5': 'sign', 'RSA-PSS': 'sign', ECDSA: 'sign', Ed25519: 'sign' },
  public: {
    'RSA-OAEP': 'encrypt',
    'RSASSA-PKCS1-v1_5': 'verify',
    'RSA-PSS': 'verify',
    ECDSA: 'verify',
    Ed25519: 'verify',
  },
}

/** Checks a key and answers it as the guest keeps it, with everything the key says about itself. */
export async function materialOf(
  format: 'raw' | 'pkcs8' | 'spki' | 'jwk',
  data: Uint8Array<ArrayBuffer> | JsonWebKey,
  algorithm: NamedAlgorithm | webcrypto.KeyAlgorithm,
  known?: webcrypto.CryptoKey,
): Promise<object> {
  const key = known ?? (await importAny(format, data, algorithm))
  checkModulus(key)
  return { type: key.type, data: await canonicalBytes(format, data, key), algorithm: describeAlgorithm(key.algorithm) }
}

async function importAny(
  format: 'raw' | 'pkcs8' | 'spki' | 'jwk',
  data: Uint8Array<ArrayBuffer> | JsonWebKey,
  { name, ...rest }: NamedAlgorithm | webcrypto.KeyAlgorithm,
): Promise<webcrypto.CryptoKey> {
  const isPair = importUsages.public[name] !== undefined
  const type = !isPair
    ? 'secret'
    : format === 'pkcs8' || (format === 'jwk' && 'd' in data && data.d !== undefined)
      ? 'private'
      : 'public'
  const usage = importUsages[type][name]
  const extractable = name !== 'HKDF' && name !== 'PBKDF2'
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema knows the members, Node knows which belong together
  const algorithm = { name, ...rest } as unknown as Algorithm
  // What a JWK says about its use is the guest's to keep; here it would only narrow the check.
  if (!(data instanceof Uint8Array)) {
    const { key_ops: _uses, use: _use, ext: _ext, ...jwk } = data
    return subtle.importKey('jwk', jwk, algorithm, extractable, usage === undefined ? [] : [usage])
  }
  if (format === 'jwk') throw new TypeError('unreachable')
  return subtle.importKey(format, data, algorithm, extractable, usage === undefined ? [] : [usage])
}

async function canonicalBytes(
  format: 'raw' | 'pkcs8' | 'spki' | 'jwk',
  data: Uint8Array<ArrayBuffer> | JsonWebKey,
  key: webcrypto.CryptoKey,
): Promise<string> {
  const wanted = formats[key.type === 'secret' ? 'secret' : key.type === 'private' ? 'private' : 'public']
  if (format === wanted && data instanceof Uint8Array) return Buffer.from(data).toString('base64')
  return cryptoBytes(await subtle.exportKey(wanted, key))
}

/** `key.algorithm` in JSON: hashes by name, bytes as base64. */
function describeAlgorithm(algorithm: webcrypto.KeyAlgorithm): object {
  const described: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(algorithm)) {
    if (value instanceof Uint8Array) described[name] = Buffer.from(value).toString('base64')
    else described[name] = typeof value === 'object' && value !== null && 'name' in value ? value.name : value
  }
  return described
}

const codes = {
  OperationError: 'CRYPTO_OPERATION',
  DataError: 'CRYPTO_DATA',
  NotSupportedError: 'CRYPTO_UNSUPPORTED',
  InvalidAccessError: 'CRYPTO_ACCESS',
  SyntaxError: 'CRYPTO_ACCESS',
} as const

/** Node's errors as codes; their texts name parameters, never contents, but only the name is passed on. */
export function explainCryptoError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const known = Object.entries(codes).find(([name]) => name === error.name)
  if (known !== undefined) {
    const [name, code] = known
    return brokerError(code, `Expected a key, an algorithm and data that fit each other, found a ${name}.`, {
      cause: error,
    })
  }
  if (error instanceof TypeError) {
    return brokerError(
      'CAPABILITY_ARGUMENT',
      'Expected all parameters of the algorithm, found one missing or not valid.',
      {
        cause: error,
      },
    )
  }
  return error
}
