import { HostTypeError, HostUint8Array } from '../primordials.ts'
import { type Post, posts } from '../wire.ts'
import { type Bytes, fromHex, toHex } from './bytes.ts'
import { GuestDOMException } from './dom-exception.ts'

const QUOTA_BYTES = 65_536

/** What `crypto` holds beside `subtle`. */
export interface RandomSource {
  getRandomValues<View extends ArrayBufferView>(view: View): View
  randomUUID(): string
}

/** `getRandomValues` and `randomUUID`; the bytes come from the cell's operating system. Source: Web Cryptography API, 10. */
export function createRandom(post: Post): RandomSource {
  const bytes = (count: number): Bytes => fromHex(post(posts.random, count, '', '') ?? '')
  return {
    getRandomValues(view) {
      if (
        !ArrayBuffer.isView(view) ||
        view instanceof Float32Array ||
        view instanceof Float64Array ||
        view instanceof DataView
      ) {
        throw new HostTypeError('Expected an integer typed array.')
      }
      if (view.byteLength > QUOTA_BYTES)
        throw new GuestDOMException(`Expected at most ${QUOTA_BYTES} bytes at once.`, 'QuotaExceededError')
      new HostUint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes(view.byteLength))
      return view
    },
    randomUUID() {
      const raw = bytes(16)
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80
      const hex = toHex(raw)
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
    },
  }
}
