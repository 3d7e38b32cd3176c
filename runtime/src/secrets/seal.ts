import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

// AES-256-GCM with a random 96-bit nonce. Source: NIST SP 800-38D, 8.2.2 (far below 2^32 messages per key).

const NONCE_BYTES = 12
const TAG_BYTES = 16
const FORMAT = 'v1'

/** Seals bytes. `context` says what they are; they open only under the same. */
export function seal(key: Buffer, plain: Buffer, context: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context))
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return `${FORMAT}.${sealed.toString('base64url')}`
}

/** Opens what `seal` made; `undefined` for another key, another context or changed bytes. */
export function unseal(key: Buffer, text: string, context: string): Buffer | undefined {
  const [format, body, ...rest] = text.split('.')
  if (format !== FORMAT || body === undefined || rest.length > 0) return undefined
  const sealed = Buffer.from(body, 'base64url')
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    // GCM says no more than that it does not fit; the caller names the error.
    return undefined
  }
}
