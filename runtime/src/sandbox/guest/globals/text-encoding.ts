import { HostRangeError, HostTypeError, HostUint8Array, apply, min, toText } from '../primordials.ts'

const { fromCharCode } = String

/** UTF-8 encoder. Source: Encoding Standard, 7.4. */
export class GuestTextEncoder {
  get encoding(): string {
    return 'utf-8'
  }

  encode(input: unknown = ''): Uint8Array<ArrayBuffer> {
    return encodeUtf8(toText(input))
  }

  encodeInto(source: string, destination: Uint8Array): { read: number; written: number } {
    return writeUtf8(toText(source), destination)
  }
}

export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new HostUint8Array(text.length * 3)
  return bytes.slice(0, writeUtf8(text, bytes).written)
}

function writeUtf8(text: string, into: Uint8Array): { read: number; written: number } {
  let read = 0
  let written = 0
  const { length } = text
  while (read < length) {
    const unit = text.charCodeAt(read)
    if (unit < 0x80) {
      if (written === into.length) break
      into[written] = unit
      written += 1
      read += 1
      continue
    }
    const raw = text.codePointAt(read) ?? 0
    const units = raw > 0xff_ff ? 2 : 1
    // A surrogate without its partner becomes U+FFFD.
    const point = raw >= 0xd8_00 && raw <= 0xdf_ff ? 0xff_fd : raw
    const size = point < 0x8_00 ? 2 : point < 0x1_00_00 ? 3 : 4
    if (written + size > into.length) break
    into[written] = (size === 2 ? 0xc0 : size === 3 ? 0xe0 : 0xf0) | (point >> (6 * (size - 1)))
    for (let rest = size - 2, at = written + 1; rest >= 0; rest -= 1, at += 1)
      into[at] = 0x80 | ((point >> (6 * rest)) & 0x3f)
    written += size
    read += units
  }
  return { read, written }
}

type Encoding = 'utf-8' | 'utf-16le' | 'windows-1252'

// Labels of the Encoding Standard, 4.2; `latin1` and `ascii` mean windows-1252 there.
const labels: ReadonlyMap<string, Encoding> = new Map([
  ...['utf-8', 'utf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'].map(
    (label) => [label, 'utf-8'] as const,
  ),
  ...['utf-16le', 'utf-16', 'ucs-2', 'unicode', 'csunicode', 'iso-10646-ucs-2', 'unicodefeff'].map(
    (label) => [label, 'utf-16le'] as const,
  ),
  ...['windows-1252', 'cp1252', 'x-cp1252', 'latin1', 'l1', 'iso-8859-1', 'iso8859-1', 'ascii', 'us-ascii'].map(
    (label) => [label, 'windows-1252'] as const,
  ),
])

// Bytes 0x80 to 0x9f. Source: Encoding Standard, index windows-1252.
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178'

interface DecoderOptions {
  readonly fatal?: boolean
  readonly ignoreBOM?: boolean
}

/** UTF-8, UTF-16LE and windows-1252; other encodings are refused. Source: Encoding Standard, 7.2. */
export class GuestTextDecoder {
  readonly #encoding: Encoding
  readonly #fatal: boolean
  readonly #ignoreBOM: boolean
  #decoder: Decoder | undefined

  constructor(label: unknown = 'utf-8', options: DecoderOptions = {}) {
    const name = toText(label)
    const encoding = labels.get(name.trim().toLowerCase())
    if (encoding === undefined)
      throw new HostRangeError(`The encoding '${name}' is not supported; utf-8, utf-16le and windows-1252 are.`)
    this.#encoding = encoding
    this.#fatal = options.fatal === true
    this.#ignoreBOM = options.ignoreBOM === true
  }

  get encoding(): string {
    return this.#encoding
  }

  get fatal(): boolean {
    return this.#fatal
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBOM
  }

  decode(input?: ArrayBuffer | ArrayBufferView, options: { readonly stream?: boolean } = {}): string {
    this.#decoder ??= createDecoder(this.#encoding, this.#fatal, this.#ignoreBOM)
    const decoder = this.#decoder
    const ends = options.stream !== true
    // What is left of an unfinished character must not reach the next text, even when this one was refused.
    if (ends) this.#decoder = undefined
    return decoder(viewOf(input), ends)
  }
}

type Decoder = (bytes: Uint8Array, ends: boolean) => string

function createDecoder(encoding: Encoding, fatal: boolean, ignoreBOM: boolean): Decoder {
  if (encoding === 'windows-1252') return decodeWindows1252
  const decode = encoding === 'utf-8' ? createUtf8Decoder(fatal) : createUtf16Decoder(fatal)
  let atStart = !ignoreBOM
  return (bytes, ends) => {
    const text = decode(bytes, ends)
    if (!atStart || text === '') return text
    atStart = false
    return text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text
  }
}

/** UTF-8 as a whole, without a byte order mark; broken bytes become U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return createDecoder('utf-8', false, false)(bytes, true)
}

const CHUNK = 4096

/** Characters U+0000 to U+00FF, one per byte. */
export function latin1FromBytes(bytes: Uint8Array): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += CHUNK) out += apply(fromCharCode, undefined, bytes.subarray(at, at + CHUNK))
  return out
}

function decodeWindows1252(bytes: Uint8Array): string {
  let out = ''
  let plainFrom = 0
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = bytes[at] ?? 0x80
    if (byte < 0x80 || byte > 0x9f) continue
    out += latin1FromBytes(bytes.subarray(plainFrom, at))
    if (at < bytes.length) out += WINDOWS_1252.charAt(byte - 0x80)
    plainFrom = at + 1
  }
  return out
}

function createUtf16Decoder(fatal: boolean): Decoder {
  let half: number | undefined
  let lead = ''
  return (bytes, ends) => {
    let out = lead
    lead = ''
    for (const byte of bytes) {
      if (half === undefined) half = byte
      else {
        out += fromCharCode(half | (byte << 8))
        half = undefined
      }
    }
    const last = out.charCodeAt(out.length - 1)
    if (!ends && last >= 0xd8_00 && last <= 0xdb_ff) {
      lead = out.charAt(out.length - 1)
      out = out.slice(0, -1)
    }
    const broken = ends && half !== undefined
    if (broken) half = undefined
    if (fatal && (broken || !out.isWellFormed())) throw notValid('utf-16le')
    return out.toWellFormed() + (broken ? '\ufffd' : '')
  }
}

function notValid(encoding: Encoding): Error {
  return new HostTypeError(`The encoded data was not valid ${encoding}.`)
}

/** The state machine of the Encoding Standard, 8.1.1, with a short way for runs of ASCII. */
function createUtf8Decoder(fatal: boolean): Decoder {
  let needed = 0
  let point = 0
  let lower = 0x80
  let upper = 0xbf
  const reset = (): void => {
    needed = 0
    lower = 0x80
    upper = 0xbf
  }
  const broken = (): string => {
    reset()
    if (fatal) throw notValid('utf-8')
    return '\ufffd'
  }
  const begin = (byte: number): string => {
    if (byte >= 0xc2 && byte <= 0xdf) needed = 1
    else if (byte >= 0xe0 && byte <= 0xef) {
      needed = 2
      if (byte === 0xe0) lower = 0xa0
      if (byte === 0xed) upper = 0x9f
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      needed = 3
      if (byte === 0xf0) lower = 0x90
      if (byte === 0xf4) upper = 0x8f
    } else return broken()
    point = byte & (needed === 1 ? 0x1f : needed === 2 ? 0xf : 0x7)
    return ''
  }
  const follow = (byte: number): string => {
    lower = 0x80
    upper = 0xbf
    point = (point << 6) | (byte & 0x3f)
    needed -= 1
    return needed === 0 ? String.fromCodePoint(point) : ''
  }
  return (bytes, ends) => {
    let out = ''
    for (let at = 0; at < bytes.length;) {
      const byte = bytes[at] ?? 0
      if (needed === 0 && byte < 0x80) {
        const end = endOfAscii(bytes, at)
        out += apply(fromCharCode, undefined, bytes.subarray(at, end))
        at = end
      } else if (needed > 0 && (byte < lower || byte > upper)) {
        // The byte ends a broken sequence and is looked at again as the start of the next one.
        out += broken()
      } else {
        out += needed === 0 ? begin(byte) : follow(byte)
        at += 1
      }
    }
    if (ends && needed > 0) out += broken()
    return out
  }
}

function endOfAscii(bytes: Uint8Array, from: number): number {
  const limit = min(bytes.length, from + CHUNK)
  let at = from
  while (at < limit && (bytes[at] ?? 0) < 0x80) at += 1
  return at
}

function viewOf(input: ArrayBuffer | ArrayBufferView | undefined): Uint8Array {
  if (input === undefined) return new HostUint8Array()
  if (ArrayBuffer.isView(input)) return new HostUint8Array(input.buffer, input.byteOffset, input.byteLength)
  return new HostUint8Array(input)
}
