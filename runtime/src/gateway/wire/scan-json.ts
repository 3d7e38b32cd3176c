/** Where the value of one member of an object stands in the bytes of a message. */
export interface MemberRange {
  readonly name: string
  /** Offset of the value's first byte. */
  readonly start: number
  /** Offset after the value's last byte. */
  readonly end: number
}

/** Deeper nesting than this is nobody's message, and would cost the stack of whoever parses it. */
const MAX_DEPTH = 512

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const MINUS = 0x2d
const PLUS = 0x2b
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const LOWER_U = 0x75
const FIRST_PRINTABLE = 0x20

/** The letters after a backslash that stand for one character: `"\/bfnrt`. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set([QUOTE, BACKSLASH, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74])
const LITERALS: ReadonlyMap<number, string> = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
])

/** Not JSON; the message says where. Turned into a coded error by whoever knows whose text it was. */
export class JsonScanError extends Error {
  override readonly name = 'JsonScanError'
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}

/**
 * Walks JSON text (RFC 8259) without building anything: what is large in a message is only looked over, so that it can be
 * passed on as it came. As strict as `JSON.parse`, bytes above 0x7f excepted: those are checked as UTF-8 by the caller.
 */
export class JsonScanner {
  readonly #bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.at = at
  }

  /** Passes the object at the cursor; `visit` gets each name with the cursor on its value and must pass that value. */
  object(visit: (name: string) => void): void {
    this.#expect(OPEN_BRACE)
    this.#space()
    if (this.#bytes[this.at] === CLOSE_BRACE) {
      this.at += 1
      return
    }
    for (;;) {
      const name = this.#name()
      visit(name)
      this.#space()
      if (this.#bytes[this.at] === COMMA) {
        this.at += 1
        this.#space()
        continue
      }
      return this.#expect(CLOSE_BRACE)
    }
  }

  /** Passes any value and what stands before it. */
  value(depth = 0): void {
    this.#space()
    const byte = this.#bytes[this.at]
    if (byte === QUOTE) this.#string()
    else if (byte === OPEN_BRACE) this.#members(depth)
    else if (byte === OPEN_BRACKET) this.#elements(depth)
    else if (byte === MINUS || isDigit(byte)) this.#number()
    else this.#literal(byte)
  }

  /** True when the cursor stands on an object. */
  isObject(): boolean {
    this.#space()
    return this.#bytes[this.at] === OPEN_BRACE
  }

  /** Nothing but white space may be left. */
  finish(): void {
    this.#space()
    if (this.at !== this.#bytes.length) this.#fail()
  }

  #fail(): never {
    throw new JsonScanError(`Expected JSON, found something else at byte ${this.at}.`)
  }

  #expect(byte: number): void {
    if (this.#bytes[this.at] !== byte) this.#fail()
    this.at += 1
  }

  #space(): void {
    for (;;) {
      const byte = this.#bytes[this.at]
      if (byte !== FIRST_PRINTABLE && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
      this.at += 1
    }
  }

  #name(): string {
    const start = this.at
    const escaped = this.#string()
    const text = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, this.at - start).toString('utf8')
    this.#space()
    this.#expect(COLON)
    this.#space()
    if (!escaped) return text.slice(1, -1)
    const name: unknown = JSON.parse(text)
    return typeof name === 'string' ? name : this.#fail()
  }

  /** Passes a string; true when it holds an escape. */
  #string(): boolean {
    const bytes = this.#bytes
    this.#expect(QUOTE)
    let escaped = false
    let at = this.at
    for (;;) {
      const byte = bytes[at]
      if (byte === undefined || byte < FIRST_PRINTABLE) {
        this.at = at
        this.#fail()
      }
      at += 1
      if (byte === QUOTE) break
      if (byte !== BACKSLASH) continue
      escaped = true
      this.at = at
      at = this.#escape()
    }
    this.at = at
    return escaped
  }

  /** The offset after the escape whose letter is at the cursor. */
  #escape(): number {
    const letter = this.#bytes[this.at]
    if (letter !== undefined && SHORT_ESCAPES.has(letter)) return this.at + 1
    if (letter !== LOWER_U) this.#fail()
    for (let digit = 1; digit <= 4; digit += 1) if (!isHex(this.#bytes[this.at + digit])) this.#fail()
    return this.at + 5
  }

  #members(depth: number): void {
    if (depth >= MAX_DEPTH) this.#fail()
    this.at += 1
    this.#space()
    if (this.#bytes[this.at] === CLOSE_BRACE) {
      this.at += 1
      return
    }
    for (;;) {
      this.#string()
      this.#space()
      this.#expect(COLON)
      this.value(depth + 1)
      this.#space()
      if (this.#bytes[this.at] !== COMMA) return this.#expect(CLOSE_BRACE)
      this.at += 1
      this.#space()
    }
  }

  #elements(depth: number): void {
    if (depth >= MAX_DEPTH) this.#fail()
    this.at += 1
    this.#space()
    if (this.#bytes[this.at] === CLOSE_BRACKET) {
      this.at += 1
      return
    }
    for (;;) {
      this.value(depth + 1)
      this.#space()
      if (this.#bytes[this.at] !== COMMA) return this.#expect(CLOSE_BRACKET)
      this.at += 1
    }
  }

  #number(): void {
    if (this.#bytes[this.at] === MINUS) this.at += 1
    if (this.#bytes[this.at] === ZERO) this.at += 1
    else this.#digits()
    if (this.#bytes[this.at] === DOT) {
      this.at += 1
      this.#digits()
    }
    const exponent = this.#bytes[this.at]
    if (exponent !== 0x65 && exponent !== 0x45) return
    this.at += 1
    const sign = this.#bytes[this.at]
    if (sign === MINUS || sign === PLUS) this.at += 1
    this.#digits()
  }

  #digits(): void {
    if (!isDigit(this.#bytes[this.at])) this.#fail()
    while (isDigit(this.#bytes[this.at])) this.at += 1
  }

  #literal(byte: number | undefined): void {
    const word = byte === undefined ? undefined : LITERALS.get(byte)
    if (word === undefined) this.#fail()
    for (let index = 0; index < word.length; index += 1) {
      if (this.#bytes[this.at + index] !== word.charCodeAt(index)) this.#fail()
    }
    this.at += word.length
  }
}
