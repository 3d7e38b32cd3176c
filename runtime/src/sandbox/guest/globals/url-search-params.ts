import { HostTypeError, apply, toText } from '../primordials.ts'
import { decodeUtf8, encodeUtf8 } from './text-encoding.ts'

type Pair = [string, string]

const PERCENT = 0x25
const PLUS = 0x2b

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** Percent-decodes as UTF-8 and replaces what is not UTF-8 by U+FFFD. Source: URL Standard, 5.1. */
function decode(text: string): string {
  if (!text.includes('%')) return text.replaceAll('+', ' ')
  const encoded = encodeUtf8(text)
  let length = 0
  for (let index = 0; index < encoded.length; index += 1) {
    let byte = encoded[index] ?? 0
    const high = byte === PERCENT ? hexDigit(encoded[index + 1]) : -1
    const low = high === -1 ? -1 : hexDigit(encoded[index + 2])
    if (byte === PLUS) byte = 0x20
    else if (low !== -1) {
      byte = high * 16 + low
      index += 2
    }
    encoded[length] = byte
    length += 1
  }
  return decodeUtf8(encoded.subarray(0, length))
}

function isPlain(byte: number): boolean {
  const lower = byte | 0x20
  if (lower >= 0x61 && lower <= 0x7a) return true
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2a || byte === 0x2d || byte === 0x2e || byte === 0x5f
}

/** Serialises as application/x-www-form-urlencoded. Source: URL Standard, 5.2. */
function encode(text: string): string {
  let out = ''
  for (const byte of encodeUtf8(text)) {
    if (byte === 0x20) out += '+'
    else if (isPlain(byte)) out += String.fromCharCode(byte)
    else out += `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`
  }
  return out
}

function pairsOf(init: unknown): Pair[] {
  if (init === undefined || init === null) return []
  if (typeof init === 'object' || typeof init === 'function') {
    if (Symbol.iterator in init) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is not iterable throws a TypeError, as the standard asks
      return [...(init as Iterable<Iterable<unknown>>)].map((entry) => {
        const pair = [...entry]
        if (pair.length !== 2) throw new HostTypeError('Each query pair must be an iterable [name, value] tuple')
        return [toText(pair[0]), toText(pair[1])]
      })
    }
    return Object.entries(init).map(([name, value]) => [name, toText(value)])
  }
  const text = toText(init)
  return (text.startsWith('?') ? text.slice(1) : text)
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=')
      return at === -1 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]
    })
}

/** Source: URL Standard, 6.2. */
export class GuestURLSearchParams {
  #pairs: Pair[]
  #changed: (() => void) | undefined

  constructor(init?: unknown, ...[changed]: readonly unknown[]) {
    this.#pairs = pairsOf(init)
    // Only the URL class of this sandbox passes a second argument.
    this.#changed = typeof changed === 'function' ? () => void apply(changed, undefined, []) : undefined
  }

  get size(): number {
    return this.#pairs.length
  }

  append(name: string, value: string): void {
    this.#pairs.push([toText(name), toText(value)])
    this.#changed?.()
  }

  delete(name: string, value?: string): void {
    this.#pairs = this.#pairs.filter(
      (pair) => pair[0] !== toText(name) || (value !== undefined && pair[1] !== toText(value)),
    )
    this.#changed?.()
  }

  get(name: string): string | null {
    return this.#pairs.find((pair) => pair[0] === toText(name))?.[1] ?? null
  }

  getAll(name: string): string[] {
    return this.#pairs.filter((pair) => pair[0] === toText(name)).map((pair) => pair[1])
  }

  has(name: string, value?: string): boolean {
    return this.#pairs.some((pair) => pair[0] === toText(name) && (value === undefined || pair[1] === toText(value)))
  }

  set(name: string, value: string): void {
    const first = this.#pairs.findIndex((pair) => pair[0] === toText(name))
    if (first === -1) this.#pairs.push([toText(name), toText(value)])
    else
      this.#pairs = this.#pairs.flatMap((pair, index) =>
        pair[0] !== toText(name) ? [pair] : index === first ? [[pair[0], toText(value)]] : [],
      )
    this.#changed?.()
  }

  sort(): void {
    this.#pairs = this.#pairs.toSorted((left, right) => (left[0] < right[0] ? -1 : left[0] > right[0] ? 1 : 0))
    this.#changed?.()
  }

  forEach(callback: (value: string, name: string, params: GuestURLSearchParams) => void, receiver?: unknown): void {
    for (const [name, value] of this.#pairs) callback.call(receiver, value, name, this)
  }

  *entries(): Generator<Pair> {
    for (const [name, value] of this.#pairs) yield [name, value]
  }

  *keys(): Generator<string> {
    for (const [name] of this.#pairs) yield name
  }

  *values(): Generator<string> {
    for (const [, value] of this.#pairs) yield value
  }

  [Symbol.iterator](): Generator<Pair> {
    return this.entries()
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  }
}
