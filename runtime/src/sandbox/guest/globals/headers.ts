import { HostMap, HostTypeError, toText } from '../primordials.ts'

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const tokenCharacters = new Set(TOKEN)

function normalName(value: unknown): string {
  const name = toText(value)
  if (name === '') throw new HostTypeError('Expected a header name, found an empty text.')
  for (const character of name)
    if (!tokenCharacters.has(character))
      throw new HostTypeError(`Expected a header name, found ${JSON.stringify(name)}.`)
  return name.toLowerCase()
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}

/** Trims, and refuses what no header may hold. The message never holds the value: it may be a secret. */
function normalValue(value: unknown): string {
  const text = toText(value)
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 0 || code === 0x0a || code === 0x0d || code > 0xff)
      throw new HostTypeError('Expected a header value of Latin-1 characters without line breaks.')
  }
  return text.slice(start, end)
}

/** Source: Fetch Standard, 5.1. */
export class GuestHeaders {
  readonly #values = new HostMap<string, string[]>()
  #frozen = false

  constructor(init?: unknown) {
    if (init === undefined) return
    if (typeof init !== 'object' || init === null) throw new HostTypeError('Expected headers as an object or a list.')
    if (Symbol.iterator in init) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is not iterable throws a TypeError, as the standard asks
      for (const entry of init as Iterable<Iterable<unknown>>) {
        const pair = [...entry]
        if (pair.length !== 2) throw new HostTypeError('Expected each header as a pair of name and value.')
        this.append(pair[0], pair[1])
      }
    } else for (const [name, value] of Object.entries(init)) this.append(name, value)
  }

  append(name: unknown, value: unknown): void {
    const key = normalName(name)
    const text = normalValue(value)
    this.#refuseFrozen()
    const known = this.#values.get(key)
    if (known === undefined) this.#values.set(key, [text])
    else known.push(text)
  }

  set(name: unknown, value: unknown): void {
    const key = normalName(name)
    const text = normalValue(value)
    this.#refuseFrozen()
    this.#values.set(key, [text])
  }

  delete(name: unknown): void {
    const key = normalName(name)
    this.#refuseFrozen()
    this.#values.delete(key)
  }

  get(name: unknown): string | null {
    return this.#values.get(normalName(name))?.join(', ') ?? null
  }

  has(name: unknown): boolean {
    return this.#values.has(normalName(name))
  }

  getSetCookie(): string[] {
    return [...(this.#values.get('set-cookie') ?? [])]
  }

  forEach(callback: (value: string, name: string, headers: GuestHeaders) => void, receiver?: unknown): void {
    for (const [name, value] of this.entries()) callback.call(receiver, value, name, this)
  }

  *entries(): Generator<[string, string]> {
    for (const name of [...this.#values.keys()].toSorted()) {
      const values = this.#values.get(name) ?? []
      if (name === 'set-cookie') for (const value of values) yield [name, value]
      else yield [name, values.join(', ')]
    }
  }

  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name
  }

  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries()
  }

  #refuseFrozen(): void {
    if (this.#frozen) throw new HostTypeError('The headers of a received response cannot be changed.')
  }

  /** Taken off the class before plugin code runs. */
  static seal(headers: GuestHeaders): GuestHeaders {
    headers.#frozen = true
    return headers
  }
}

/** Makes headers immutable, as those of a received response are. */
export const { seal: sealHeaders } = GuestHeaders
Reflect.deleteProperty(GuestHeaders, 'seal')
