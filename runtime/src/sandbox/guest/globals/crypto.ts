import { HostTypeError, freeze } from '../primordials.ts'
import { type Post, posts } from '../wire.ts'

const QUOTA_BYTES = 65_536

/** `getRandomValues` and `randomUUID`; the bytes come from the cell's operating system. Source: Web Cryptography API, 10. */
export function createCrypto(post: Post): object {
  const bytes = (count: number): Uint8Array => {
    const hex = post(posts.random, count, '', '') ?? ''
    return Uint8Array.from({ length: count }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16))
  }
  return freeze({
    getRandomValues<View extends ArrayBufferView>(view: View): View {
      if (
        !ArrayBuffer.isView(view) ||
        view instanceof Float32Array ||
        view instanceof Float64Array ||
        view instanceof DataView
      ) {
        throw new HostTypeError('Expected an integer typed array.')
      }
      if (view.byteLength > QUOTA_BYTES) throw new RangeError(`Expected at most ${QUOTA_BYTES} bytes at once.`)
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes(view.byteLength))
      return view
    },
    randomUUID(): string {
      const raw = bytes(16)
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80
      const hex = [...raw].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
    },
  })
}
