import { HostUint8Array, max, min, toText } from '../primordials.ts'
import { type Bytes, copyBytes, isBuffer } from './bytes.ts'
import { decodeUtf8, encodeUtf8 } from './text-encoding.ts'

/** Immutable bytes with a type; without streams. Source: File API, 3. */
export class GuestBlob {
  readonly #bytes: Bytes
  readonly #type: string

  constructor(parts: Iterable<unknown> = [], options: { readonly type?: unknown } = {}) {
    this.#bytes = join(Array.from(parts, (part) => bytesOfPart(part)))
    this.#type = normalType(options.type)
  }

  get size(): number {
    return this.#bytes.length
  }

  get type(): string {
    return this.#type
  }

  async text(): Promise<string> {
    return decodeUtf8(this.#bytes)
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.slice().buffer
  }

  async bytes(): Promise<Bytes> {
    return this.#bytes.slice()
  }

  slice(start = 0, end: number = this.#bytes.length, type: unknown = ''): GuestBlob {
    return new GuestBlob([this.#bytes.subarray(start, end)], { type })
  }

  /** Taken off the class before plugin code runs. */
  static read(blob: GuestBlob): Bytes {
    return blob.#bytes
  }
}

/** The bytes inside, not a copy; throws for what is no Blob. */
export const { read: readBlob } = GuestBlob
Reflect.deleteProperty(GuestBlob, 'read')

function bytesOfPart(part: unknown): Bytes {
  if (part instanceof GuestBlob) return readBlob(part)
  return ArrayBuffer.isView(part) || isBuffer(part) ? copyBytes(part) : encodeUtf8(toText(part))
}

function join(parts: readonly Bytes[]): Bytes {
  const whole = new HostUint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Anything but printable ASCII makes the type unknown. */
function normalType(type: unknown): string {
  const text = type === undefined ? '' : toText(type)
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (min(max(code, 0x20), 0x7e) !== code) return ''
  }
  return text.toLowerCase()
}
