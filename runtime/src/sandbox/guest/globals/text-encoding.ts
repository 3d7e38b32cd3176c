import { HostRangeError, HostTypeError, toText } from '../primordials.ts'

/** UTF-8 encoder. Source: Encoding Standard, 7.4. */
export class GuestTextEncoder {
  get encoding(): string {
    return 'utf-8'
  }

  encode(input = ''): Uint8Array {
    const text = toText(input)
    const bytes = new Uint8Array(text.length * 3)
    return bytes.slice(0, writeUtf8(text, bytes).written)
  }

  encodeInto(source: string, destination: Uint8Array): { read: number; written: number } {
    return writeUtf8(toText(source), destination)
  }
}

function writeUtf8(text: string, into: Uint8Array): { read: number; written: number } {
  let read = 0
  let written = 0
  while (read < text.length) {
    const raw = text.codePointAt(read) ?? 0
    const units = raw > 0xff_ff ? 2 : 1
    // A surrogate without its partner becomes U+FFFD.
    const point = raw >= 0xd8_00 && raw <= 0xdf_ff ? 0xff_fd : raw
    const size = point < 0x80 ? 1 : point < 0x8_00 ? 2 : point < 0x1_00_00 ? 3 : 4
    if (written + size > into.length) break
    if (size === 1) into[written] = point
    else {
      into[written] = (size === 2 ? 0xc0 : size === 3 ? 0xe0 : 0xf0) | (point >> (6 * (size - 1)))
      for (let rest = size - 2, at = written + 1; rest >= 0; rest -= 1, at += 1)
        into[at] = 0x80 | ((point >> (6 * rest)) & 0x3f)
    }
    written += size
    read += units
  }
  return { read, written }
}

const labels = new Set(['utf-8', 'utf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'])

/** UTF-8 decoder, `fatal`, `ignoreBOM` and `stream` included; other encodings are refused. Source: Encoding Standard, 8.1. */
export class GuestTextDecoder {
  readonly fatal: boolean
  readonly ignoreBOM: boolean
  #needed = 0
  #seen = 0
  #point = 0
  #lower = 0x80
  #upper = 0xbf
  #bomSeen = false

  constructor(label = 'utf-8', options: { readonly fatal?: boolean; readonly ignoreBOM?: boolean } = {}) {
    if (!labels.has(toText(label).trim().toLowerCase()))
      throw new HostRangeError(`The encoding '${label}' is not supported, only utf-8 is.`)
    this.fatal = options.fatal === true
    this.ignoreBOM = options.ignoreBOM === true
  }

  get encoding(): string {
    return 'utf-8'
  }

  decode(input?: ArrayBuffer | ArrayBufferView, options: { readonly stream?: boolean } = {}): string {
    const bytes = viewOf(input)
    const out: string[] = []
    for (let index = 0; index < bytes.length; index += 1) {
      // `false`: the byte ended a broken sequence and is looked at again as the start of the next one.
      if (!this.#push(bytes[index] ?? 0, out)) index -= 1
    }
    if (options.stream !== true) {
      if (this.#needed > 0) this.#broken(out)
      this.#reset()
      this.#bomSeen = false
    }
    return out.join('')
  }

  #push(byte: number, out: string[]): boolean {
    if (this.#needed === 0) {
      this.#start(byte, out)
      return true
    }
    if (byte < this.#lower || byte > this.#upper) {
      this.#broken(out)
      return false
    }
    this.#lower = 0x80
    this.#upper = 0xbf
    this.#point = (this.#point << 6) | (byte & 0x3f)
    this.#seen += 1
    if (this.#seen === this.#needed) {
      const point = this.#point
      this.#reset()
      this.#emit(point, out)
    }
    return true
  }

  #start(byte: number, out: string[]): void {
    if (byte <= 0x7f) this.#emit(byte, out)
    else if (byte >= 0xc2 && byte <= 0xdf) this.#expect(1, byte & 0x1f)
    else if (byte >= 0xe0 && byte <= 0xef) {
      if (byte === 0xe0) this.#lower = 0xa0
      if (byte === 0xed) this.#upper = 0x9f
      this.#expect(2, byte & 0xf)
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      if (byte === 0xf0) this.#lower = 0x90
      if (byte === 0xf4) this.#upper = 0x8f
      this.#expect(3, byte & 0x7)
    } else this.#broken(out)
  }

  #expect(needed: number, point: number): void {
    this.#needed = needed
    this.#point = point
  }

  #emit(point: number, out: string[]): void {
    const isBom = point === 0xfe_ff && !this.#bomSeen && !this.ignoreBOM
    this.#bomSeen = true
    if (!isBom) out.push(String.fromCodePoint(point))
  }

  #broken(out: string[]): void {
    this.#reset()
    if (this.fatal) throw new HostTypeError('The encoded data was not valid utf-8.')
    this.#emit(0xff_fd, out)
  }

  #reset(): void {
    this.#needed = 0
    this.#seen = 0
    this.#point = 0
    this.#lower = 0x80
    this.#upper = 0xbf
  }
}

function viewOf(input: ArrayBuffer | ArrayBufferView | undefined): Uint8Array {
  if (input === undefined) return new Uint8Array()
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  return new Uint8Array(input)
}
