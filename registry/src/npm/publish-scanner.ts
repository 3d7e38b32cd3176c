import { npmError } from './errors.ts'
import { MAX_DEPTH, MAX_KEY_CHARACTERS } from './limits.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c
const COLON = 0x3a

/** Who takes the pieces of a publish request, in order. */
export interface PublishSink {
  /** A piece of everything but the bundle's text, as it came. */
  keep(bytes: Buffer): void
  /** A piece of the bundle's text, between its quotes. */
  bundle(bytes: Buffer): void
}

interface Level {
  readonly kind: 'object' | 'array'
  key: string
  expectsKey: boolean
}

/**
 * Walks through the JSON of a publish request as it arrives and takes the bundle out of it, which would otherwise be one
 * string of up to 90 MB. It only looks for where strings, objects and arrays begin and end: what it keeps is parsed later
 * by a parser that knows the rest of the grammar.
 */
export class PublishScanner {
  readonly #sink: PublishSink
  readonly #levels: Level[] = []
  #string: 'none' | 'value' | 'key' | 'bundle' = 'none'
  #key: Buffer[] = []
  #keyLength = 0
  /** The last byte of the string so far is a backslash that escapes the next. */
  #escaped = false

  constructor(sink: PublishSink) {
    this.#sink = sink
  }

  push(chunk: Buffer): void {
    let offset = 0
    while (offset < chunk.length)
      offset = this.#string === 'none' ? this.#outside(chunk, offset) : this.#inside(chunk, offset)
  }

  /** Passes structure up to the next quote, the quote included. */
  #outside(chunk: Buffer, from: number): number {
    const quote = chunk.indexOf(QUOTE, from)
    const end = quote === -1 ? chunk.length : quote
    for (let at = from; at < end; at += 1) this.#structure(chunk[at] ?? 0)
    const next = quote === -1 ? end : end + 1
    this.#sink.keep(chunk.subarray(from, next))
    if (quote !== -1)
      this.#string = this.#levels.at(-1)?.expectsKey === true ? 'key' : this.#isBundle() ? 'bundle' : 'value'
    return next
  }

  /** Passes a string up to its closing quote. */
  #inside(chunk: Buffer, from: number): number {
    const end = this.#endOfString(chunk, from)
    const stop = end === -1 ? chunk.length : end
    const piece = chunk.subarray(from, stop)
    if (this.#string === 'bundle') this.#sink.bundle(piece)
    else this.#sink.keep(piece)
    if (this.#string === 'key') this.#collectKey(piece)
    if (end === -1) return chunk.length
    this.#sink.keep(chunk.subarray(end, end + 1))
    if (this.#string === 'key') this.#endKey()
    this.#string = 'none'
    return end + 1
  }

  #endOfString(chunk: Buffer, from: number): number {
    let at = from
    if (this.#escaped) {
      this.#escaped = false
      at += 1
    }
    for (;;) {
      const quote = chunk.indexOf(QUOTE, at)
      const stop = quote === -1 ? chunk.length : quote
      let backslashes = 0
      while (stop - 1 - backslashes >= at && chunk[stop - 1 - backslashes] === BACKSLASH) backslashes += 1
      const isEscaped = backslashes % 2 === 1
      if (quote === -1) {
        this.#escaped = isEscaped
        return -1
      }
      if (!isEscaped) return quote
      at = quote + 1
    }
  }

  #structure(byte: number): void {
    const level = this.#levels.at(-1)
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      const kind = byte === OPEN_OBJECT ? 'object' : 'array'
      this.#levels.push({ kind, key: '', expectsKey: kind === 'object' })
      if (this.#levels.length > MAX_DEPTH) throw npmError('NPM_BODY', 'Expected shallow JSON, found deep nesting.')
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.#levels.pop()
    else if (byte === COMMA && level?.kind === 'object') level.expectsKey = true
    else if (byte === COLON && level?.kind === 'object') level.expectsKey = false
  }

  #collectKey(piece: Buffer): void {
    this.#keyLength += piece.length
    if (this.#keyLength > MAX_KEY_CHARACTERS)
      throw npmError('NPM_BODY', 'Expected short member names, found a long one.')
    this.#key.push(Buffer.from(piece))
  }

  #endKey(): void {
    const level = this.#levels.at(-1)
    const text = Buffer.concat(this.#key).toString('utf8')
    if (level !== undefined) level.key = text.includes('\\') ? readEscaped(text) : text
    this.#key = []
    this.#keyLength = 0
  }

  /** True for the value of `_attachments.<anything>.tgz.data`. */
  #isBundle(): boolean {
    const [attachments, file, data] = this.#levels
    return (
      this.#levels.length === 3 &&
      attachments?.key === '_attachments' &&
      file?.key.endsWith('.tgz') === true &&
      data?.kind === 'object' &&
      data.key === 'data'
    )
  }
}

function readEscaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    throw npmError('NPM_BODY', 'Expected a JSON body, found something else.')
  }
}
