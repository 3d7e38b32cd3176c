import { HostTypeError, toText } from '../primordials.ts'
import { GuestAbortSignal } from './abort.ts'
import { GuestBody, type Content, extractBody, peekBody, takeBody } from './body.ts'
import { GuestHeaders } from './headers.ts'

/** What `fetch` and `Request` take. `secretHeaders` is of Nexus: headers the broker fills, see `context.network.fetch`. */
export interface RequestOptions {
  readonly method?: unknown
  readonly headers?: unknown
  readonly body?: unknown
  readonly signal?: unknown
  readonly redirect?: unknown
  readonly secretHeaders?: unknown
}

const normalised = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])
const forbidden = new Set(['CONNECT', 'TRACE', 'TRACK'])

interface Parts {
  readonly url: string
  readonly method: string
  readonly headers: GuestHeaders
  readonly signal: GuestAbortSignal | undefined
  readonly secretHeaders: unknown
  readonly content: Content | undefined
}

/** Source: Fetch Standard, 5.3; `redirect` is always `follow`, to granted hosts only. */
export class GuestRequest extends GuestBody {
  readonly #parts: Parts

  constructor(input: unknown, init: RequestOptions = {}) {
    const parts = readParts(input, init)
    super(parts.content)
    this.#parts = parts
  }

  get url(): string {
    return this.#parts.url
  }

  get method(): string {
    return this.#parts.method
  }

  override get headers(): GuestHeaders {
    return this.#parts.headers
  }

  get signal(): GuestAbortSignal | undefined {
    return this.#parts.signal
  }

  get redirect(): string {
    return 'follow'
  }

  clone(): GuestRequest {
    peekBody(this)
    return new GuestRequest(this, { secretHeaders: this.#parts.secretHeaders, ...copyOf(this) })
  }

  /** Taken off the class before plugin code runs. */
  static read(request: GuestRequest): Parts {
    return request.#parts
  }
}

const { read } = GuestRequest
Reflect.deleteProperty(GuestRequest, 'read')
export { read as readRequest }

let normalUrl: (url: string) => string = (url) => url

/** Says who parses URLs: the sandbox's URL class, which only exists at run time. */
export function parseUrlsWith(parse: (url: string) => string): void {
  normalUrl = parse
}

function copyOf(request: GuestRequest): RequestOptions {
  const content = peekBody(request)
  return content === undefined ? {} : { body: content }
}

function readParts(input: unknown, init: RequestOptions): Parts {
  const base = input instanceof GuestRequest ? input : undefined
  const options = init ?? {}
  if (options.redirect !== undefined && options.redirect !== 'follow')
    throw new HostTypeError("Expected redirect 'follow', the only one of a sandbox.")
  const method = readMethod(options.method ?? base?.method ?? 'GET')
  const headers = new GuestHeaders(options.headers ?? base?.headers)
  const content = readContent(options, base, headers)
  if (content !== undefined && (method === 'GET' || method === 'HEAD'))
    throw new HostTypeError('Expected no body in a request of method GET or HEAD.')
  const given = base === undefined ? undefined : read(base)
  return {
    url: given?.url ?? normalUrl(toText(input)),
    method,
    headers,
    signal: readSignal(options.signal === undefined ? given?.signal : options.signal),
    secretHeaders: options.secretHeaders ?? given?.secretHeaders,
    content,
  }
}

function readMethod(value: unknown): string {
  const method = toText(value)
  const upper = method.toUpperCase()
  if (forbidden.has(upper)) throw new HostTypeError(`Expected another method than ${upper}.`)
  return normalised.has(upper) ? upper : method
}

function readContent(
  options: RequestOptions,
  base: GuestRequest | undefined,
  headers: GuestHeaders,
): Content | undefined {
  if (options.body === undefined || options.body === null) {
    if (base === undefined || peekBody(base) === undefined) return undefined
    return takeBody(base)
  }
  const { content, type } = extractBody(options.body)
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type)
  return content
}

function readSignal(value: unknown): GuestAbortSignal | undefined {
  if (value === undefined || value === null) return undefined
  if (value instanceof GuestAbortSignal) return value
  throw new HostTypeError('Expected signal as an AbortSignal.')
}
