import { HostRangeError, HostTypeError, floor, toJson, toNumber, toText } from '../primordials.ts'
import { GuestBody, type Content, extractBody, peekBody } from './body.ts'
import { GuestHeaders, sealHeaders } from './headers.ts'

interface ResponseOptions {
  readonly status?: unknown
  readonly statusText?: unknown
  readonly headers?: unknown
}

/** A response as the network gave it. */
export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly url: string
  readonly redirected: boolean
  readonly content: Content
}

interface Parts {
  readonly status: number
  readonly statusText: string
  readonly headers: GuestHeaders
  readonly url: string
  readonly redirected: boolean
  readonly type: 'basic' | 'default' | 'error'
}

const nullBodies = new Set([101, 103, 204, 205, 304])
const redirects = new Set([301, 302, 303, 307, 308])

// What `make` hands to the constructor, which plugin code cannot.
let making: { readonly parts: Parts; readonly content: Content | undefined } | undefined

/** Source: Fetch Standard, 5.5. */
export class GuestResponse extends GuestBody {
  readonly #parts: Parts

  constructor(body?: unknown, init: ResponseOptions = {}) {
    const { parts, content } = making ?? readParts(body, init)
    making = undefined
    super(content)
    this.#parts = parts
  }

  get status(): number {
    return this.#parts.status
  }

  get ok(): boolean {
    return this.#parts.status >= 200 && this.#parts.status <= 299
  }

  get statusText(): string {
    return this.#parts.statusText
  }

  override get headers(): GuestHeaders {
    return this.#parts.headers
  }

  get url(): string {
    return this.#parts.url
  }

  get redirected(): boolean {
    return this.#parts.redirected
  }

  get type(): string {
    return this.#parts.type
  }

  clone(): GuestResponse {
    const headers = new GuestHeaders(this.#parts.headers)
    if (this.#parts.type === 'basic') sealHeaders(headers)
    return make({ ...this.#parts, headers }, peekBody(this))
  }

  static json(value: unknown, init: ResponseOptions = {}): GuestResponse {
    const text: unknown = toJson(value)
    if (typeof text !== 'string') throw new HostTypeError('Expected a JSON value, found undefined or a function.')
    const headers = new GuestHeaders(init.headers)
    if (!headers.has('content-type')) headers.set('content-type', 'application/json')
    return new GuestResponse(text, { ...init, headers })
  }

  static error(): GuestResponse {
    return make({ ...plainParts(0, new GuestHeaders()), type: 'error' }, undefined)
  }

  static redirect(url: unknown, status: unknown = 302): GuestResponse {
    const code = toNumber(status)
    if (!redirects.has(code)) throw new HostRangeError('Expected status 301, 302, 303, 307 or 308.')
    return make(plainParts(code, new GuestHeaders({ location: toText(url) })), undefined)
  }
}

/** A response that came from the network: its headers cannot be changed. */
export function receivedResponse({ status, headers, url, redirected, content }: Received): GuestResponse {
  const parts: Parts = {
    ...plainParts(status, sealHeaders(new GuestHeaders(headers))),
    url,
    redirected,
    type: 'basic',
  }
  return make(parts, nullBodies.has(status) ? undefined : content)
}

function make(parts: Parts, content: Content | undefined): GuestResponse {
  making = { parts, content }
  return new GuestResponse()
}

function plainParts(status: number, headers: GuestHeaders): Parts {
  return { status, statusText: '', headers, url: '', redirected: false, type: 'default' }
}

function readParts(body: unknown, init: ResponseOptions): { parts: Parts; content: Content | undefined } {
  const status = init.status === undefined ? 200 : floor(toNumber(init.status))
  if (!(status >= 200 && status <= 599)) throw new HostRangeError('Expected a status from 200 to 599.')
  const headers = new GuestHeaders(init.headers)
  const parts = {
    ...plainParts(status, headers),
    statusText: init.statusText === undefined ? '' : toText(init.statusText),
  }
  if (body === undefined || body === null) return { parts, content: undefined }
  if (nullBodies.has(status)) throw new HostTypeError(`Expected no body with status ${status}.`)
  const { content, type } = extractBody(body)
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type)
  return { parts, content }
}
