import { HostTypeError, defineProperty, parseJson, toJson, toText } from '../primordials.ts'
import { type Post, posts } from '../wire.ts'
import { GuestURLSearchParams } from './url-search-params.ts'

const parts = [
  'href',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const
type Part = (typeof parts)[number]
type Parts = Readonly<Record<Part | 'origin', string>>

/**
 * The web's URL. Parsing is the cell's own WHATWG parser behind one synchronous question, so that a plugin and the
 * broker never understand the same address differently. Source: URL Standard, 6.1.
 */
export function createUrlClass(post: Post): new (url: unknown, base?: unknown) => { readonly href: string } {
  const ask = (question: object): Parts | undefined => {
    const answer = post(posts.url, 0, '', toJson(question))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- answered by the cell's own parser
    return answer === undefined || answer === '' ? undefined : (parseJson(answer) as Parts)
  }
  class URL {
    #parts: Parts
    #params: GuestURLSearchParams | undefined

    constructor(url: unknown, base?: unknown) {
      const found = ask({ url: toText(url), base: base === undefined ? undefined : toText(base) })
      if (found === undefined) {
        const error = new HostTypeError('Invalid URL')
        defineProperty(error, 'code', { value: 'ERR_INVALID_URL', enumerable: true })
        throw error
      }
      this.#parts = found
    }

    static canParse(url: unknown, base?: unknown): boolean {
      return URL.parse(url, base) !== null
    }

    static parse(url: unknown, base?: unknown): URL | null {
      try {
        return new URL(url, base)
      } catch {
        // `parse` answers null for what the constructor refuses: that is its contract.
        return null
      }
    }

    static read(url: URL, part: Part | 'origin'): string {
      return url.#parts[part]
    }

    static write(url: URL, part: Part, value: string): void {
      const found = ask({ url: url.#parts.href, part, value })
      if (found !== undefined) url.#parts = found
      if (part === 'search' || part === 'href') url.#params = undefined
    }

    get searchParams(): GuestURLSearchParams {
      this.#params ??= new GuestURLSearchParams(this.#parts.search, () => {
        const found = ask({ url: this.#parts.href, part: 'search', value: this.#params?.toString() ?? '' })
        if (found !== undefined) this.#parts = found
      })
      return this.#params
    }

    toString(): string {
      return this.#parts.href
    }

    toJSON(): string {
      return this.#parts.href
    }
  }
  const { read, write } = URL
  Reflect.deleteProperty(URL, 'read')
  Reflect.deleteProperty(URL, 'write')
  defineParts(URL.prototype, read, write)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `href` is one of the parts defined above
  return URL as unknown as new (url: unknown, base?: unknown) => { readonly href: string }
}

/** Each part as an accessor; `origin` can only be read. */
function defineParts<Url extends object>(
  prototype: Url,
  read: (url: Url, part: Part | 'origin') => string,
  write: (url: Url, part: Part, value: string) => void,
): void {
  for (const part of [...parts, 'origin'] as const) {
    const setter =
      part === 'origin'
        ? {}
        : {
            set(this: Url, value: unknown) {
              write(this, part, toText(value))
            },
          }
    defineProperty(prototype, part, {
      get(this: Url) {
        return read(this, part)
      },
      ...setter,
      enumerable: true,
      configurable: false,
    })
  }
}
