import { HostTypeError, HostUint8Array, apply } from '../primordials.ts'

export type Bytes = Uint8Array<ArrayBuffer>

/** A copy of what a web API calls a buffer source. Source: Web IDL, 3.2.26. */
export function copyBytes(source: unknown, what = 'the data'): Bytes {
  if (ArrayBuffer.isView(source)) return new HostUint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
  if (isBuffer(source)) return new HostUint8Array(source).slice()
  throw new HostTypeError(`Expected ${what} as an ArrayBuffer or a view of one.`)
}

const { toString } = Object.prototype
const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get

/** By its internal slot, which no plugin can forge. */
export function isBuffer(value: unknown): value is ArrayBuffer {
  if (typeof value !== 'object' || value === null || byteLength === undefined) return false
  if (toString.call(value) !== '[object ArrayBuffer]') return false
  try {
    Reflect.apply(byteLength, value, [])
    return true
  } catch {
    // Anything else throws here.
    return false
  }
}

// In the engine, not yet in the types of the language level this is compiled for.
interface ByteCodec {
  fromBase64(text: string): Bytes
  fromHex(text: string): Bytes
  readonly prototype: { toBase64(): string; toHex(): string }
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the engine adds to the constructor's type
const codec = HostUint8Array as unknown as ByteCodec
const { toBase64: base64Of, toHex: hexOf } = codec.prototype

/** Base64 without line breaks. */
export function toBase64(bytes: Uint8Array): string {
  return apply(base64Of, bytes, [])
}

export function toHex(bytes: Uint8Array): string {
  return apply(hexOf, bytes, [])
}

/** White space and missing padding are forgiven; anything else that is not base64 throws a SyntaxError. */
export const { fromBase64, fromHex } = codec
