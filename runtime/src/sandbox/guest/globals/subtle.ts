import { own } from '../guest-error.ts'
import { HostTypeError, HostUint8Array, ceil, freeze, parseJson, toJson, toNumber, toText } from '../primordials.ts'
import { type NamedAlgorithm, readAlgorithm, showAlgorithm } from './algorithm.ts'
import { copyBytes, fromBase64, toBase64 } from './bytes.ts'
import { type GuestCryptoKey, type KeyMaterial, createKey, readKey } from './crypto-key.ts'
import { GuestDOMException } from './dom-exception.ts'
import type { Ask } from './fetch.ts'

const errorNames: ReadonlyMap<unknown, string> = new Map([
  ['CRYPTO_OPERATION', 'OperationError'],
  ['CRYPTO_DATA', 'DataError'],
  ['CRYPTO_ACCESS', 'InvalidAccessError'],
  ['CRYPTO_UNSUPPORTED', 'NotSupportedError'],
  ['CRYPTO_LIMIT', 'QuotaExceededError'],
])

type Work = (capability: string, args: object) => Promise<unknown>

/** `crypto.subtle`: the host works, the sandbox keeps the keys. Source: Web Cryptography API, 14. */
export function createSubtle(ask: Ask): object {
  const work: Work = async (capability, args) => {
    try {
      return await ask(`crypto.${capability}`, args)
    } catch (error) {
      const code = own(error, 'code')
      const message = error instanceof Error ? error.message : ''
      const name = errorNames.get(code)
      if (name !== undefined) throw new GuestDOMException(message, { name, cause: error })
      throw code === 'CAPABILITY_ARGUMENT' ? new HostTypeError(message, { cause: error }) : error
    }
  }
  return freeze({ ...dataMethods(work), ...keyMethods(work), ...derivationMethods(work) })
}

function bytesOf(answer: unknown): ArrayBuffer {
  return fromBase64(toText(own(answer, 'data'))).buffer
}

function using(algorithm: NamedAlgorithm, key: GuestCryptoKey, usages: readonly string[]): KeyMaterial {
  const parts = readKey(key)
  if (parts.material.algorithm.name !== algorithm.name)
    throw new GuestDOMException(`Expected a key for ${algorithm.name}.`, 'InvalidAccessError')
  if (!usages.some((usage) => parts.usages.includes(usage)))
    throw new GuestDOMException(`Expected a key with usage ${usages[0]}.`, 'InvalidAccessError')
  return parts.material
}

function dataMethods(work: Work) {
  const transform =
    (verb: 'sign' | 'encrypt' | 'decrypt') =>
    async (algorithm: unknown, key: GuestCryptoKey, data: unknown): Promise<ArrayBuffer> => {
      const read = readAlgorithm(algorithm)
      return bytesOf(
        await work(verb, { algorithm: read, key: using(read, key, [verb]), data: toBase64(copyBytes(data)) }),
      )
    }
  return {
    digest: async (algorithm: unknown, data: unknown) =>
      bytesOf(await work('digest', { hash: readAlgorithm(algorithm).name, data: toBase64(copyBytes(data)) })),
    sign: transform('sign'),
    encrypt: transform('encrypt'),
    decrypt: transform('decrypt'),
    async verify(algorithm: unknown, key: GuestCryptoKey, signature: unknown, data: unknown) {
      const read = readAlgorithm(algorithm)
      const material = using(read, key, ['verify'])
      const signed = toBase64(copyBytes(signature, 'the signature'))
      const question = { algorithm: read, key: material, signature: signed, data: toBase64(copyBytes(data)) }
      return own(await work('verify', question), 'valid') === true
    },
  }
}

function keyOf(answer: unknown, extractable: unknown, usages: readonly string[]): GuestCryptoKey {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- answered by the host
  const material = freeze(answer as KeyMaterial)
  const algorithm = showAlgorithm(material.algorithm)
  // A public key can always be exported.
  return createKey({ material, algorithm, usages, extractable: extractable === true || material.type === 'public' })
}

/** Usages by kind of key, all that exist here. */
const usagesByType: Readonly<Record<string, readonly string[]>> = {
  public: ['verify', 'encrypt'],
  private: ['sign', 'decrypt'],
  secret: ['sign', 'verify', 'encrypt', 'decrypt', 'deriveKey', 'deriveBits'],
}

function usagesFor(type: string, asked: unknown): readonly string[] {
  const list = Array.isArray(asked) ? Array.from<unknown, string>(asked, toText) : []
  const known = usagesByType[type] ?? []
  return freeze(known.filter((usage) => list.includes(usage)))
}

function refuseUseless(key: GuestCryptoKey): GuestCryptoKey {
  if (key.type !== 'public' && key.usages.length === 0)
    throw new GuestDOMException(`Expected usages for a ${key.type} key, found none that fit.`, 'SyntaxError')
  return key
}

function keyMethods(work: Work) {
  const importAs = async (question: object, extractable: unknown, usages: unknown): Promise<GuestCryptoKey> => {
    const answer = await work('import', question)
    return refuseUseless(keyOf(answer, extractable, usagesFor(toText(own(answer, 'type')), usages)))
  }
  const exportKey = async (format: unknown, key: GuestCryptoKey): Promise<unknown> => {
    const parts = readKey(key)
    if (!parts.extractable) throw new GuestDOMException('The key is not extractable.', 'InvalidAccessError')
    const answer = await work('export', { format: toText(format), key: parts.material })
    if (format !== 'jwk') return bytesOf(answer)
    const jwk = own(answer, 'jwk')
    return { ...(typeof jwk === 'object' ? jwk : {}), key_ops: key.usages, ext: parts.extractable }
  }
  return {
    exportKey,
    async importKey(format: unknown, data: unknown, algorithm: unknown, extractable: unknown, usages: unknown) {
      const read = readAlgorithm(algorithm)
      // JSON takes a copy, so that nobody looks at it while it changes.
      if (format === 'jwk')
        return importAs({ format, jwk: parseJson(toJson(data)) as unknown, algorithm: read }, extractable, usages)
      return importAs({ format, data: toBase64(copyBytes(data)), algorithm: read }, extractable, usages)
    },
    async generateKey(algorithm: unknown, extractable: unknown, usages: unknown) {
      const answer = await work('generate', { algorithm: readAlgorithm(algorithm) })
      const secret = own(answer, 'secretKey')
      if (secret !== undefined) return refuseUseless(keyOf(secret, extractable, usagesFor('secret', usages)))
      return {
        publicKey: keyOf(own(answer, 'publicKey'), true, usagesFor('public', usages)),
        privateKey: refuseUseless(keyOf(own(answer, 'privateKey'), extractable, usagesFor('private', usages))),
      }
    },
  }
}

function derivationMethods(work: Work) {
  const derive = async (
    algorithm: unknown,
    key: GuestCryptoKey,
    bits: number,
    usages: readonly string[],
  ): Promise<ArrayBuffer> => {
    const read = readAlgorithm(algorithm)
    return bytesOf(await work('derive', { algorithm: read, key: using(read, key, usages), bits }))
  }
  return {
    deriveBits: async (algorithm: unknown, key: GuestCryptoKey, bits: unknown) =>
      derive(algorithm, key, toNumber(bits), ['deriveBits']),
    async deriveKey(
      algorithm: unknown,
      key: GuestCryptoKey,
      derived: unknown,
      extractable: unknown,
      usages: unknown,
    ): Promise<GuestCryptoKey> {
      const target = readAlgorithm(derived)
      const bits = lengthOf(target)
      const raw = await derive(algorithm, key, bits, ['deriveKey'])
      const question = { format: 'raw', data: toBase64(new HostUint8Array(raw)), algorithm: target }
      const answer = await work('import', question)
      return refuseUseless(keyOf(answer, extractable, usagesFor('secret', usages)))
    },
  }
}

/** Bits of a derived key. HMAC without a length takes the block size of its hash. */
function lengthOf({ name, length, hash }: NamedAlgorithm): number {
  if (typeof length === 'number') return ceil(length / 8) * 8
  if (name === 'HMAC') return hash === 'SHA-384' || hash === 'SHA-512' ? 1024 : 512
  throw new HostTypeError(`Expected the length of the ${name} key to derive.`)
}
