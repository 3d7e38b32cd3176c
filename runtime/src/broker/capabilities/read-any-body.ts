import type { SecretMask } from '../mask-secrets.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A body of any kind: as text when it is UTF-8, which loses no byte, otherwise as base64. Secrets are masked in both: a
 * host may echo what it was sent between bytes that are no text.
 */
export function readAnyBody(
  body: Uint8Array,
  mask: Pick<SecretMask, 'apply'>,
): { readonly body: string } | { readonly bodyBase64: string } {
  try {
    return { body: mask.apply(utf8.decode(body)) }
  } catch {
    // Not UTF-8: each byte as one character keeps everything, and an ASCII secret stays readable for the mask.
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    return { bodyBase64: Buffer.from(mask.apply(bytes.toString('latin1')), 'latin1').toString('base64') }
  }
}
