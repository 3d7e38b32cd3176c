import type { ResponseEvents } from './response-reader.ts'

/** One request, its parts checked by whoever made it. */
export interface HttpRequest {
  /** For example `https://api.example.com:8443`, as `URL.origin` writes it. */
  readonly origin: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Neither `host`, `content-length` nor `connection`: the client sets these. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  /** Longest wait for the response's head, milliseconds; 0 for none. */
  readonly headTimeoutMs: number
}

/** Hears what becomes of a request: `sent`, then `head`, `data` …, then one of `end` and `failed`. */
export interface HttpHandler extends ResponseEvents {
  /** The request goes out over a connection. */
  sent(): void
  end(): void
  failed(error: Error): void
}

/** Holds a request that is under way. All of it may be called at any time. */
export interface RequestControl {
  /** Forgets the request: nothing more is heard of it. Its connection ends unless nothing was sent. */
  abort(): void
  pause(): void
  resume(): void
}

const METHOD = /^[A-Z]{1,20}$/
const UNSAFE = /[\r\n\0]/

/** The request's first bytes as latin1 text: request line, headers, empty line. */
export function headText(request: HttpRequest, host: string): string {
  const { method, path, headers, body } = request
  if (!METHOD.test(method) || UNSAFE.test(path)) throw new TypeError('Expected a method and a path as HTTP has them.')
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`
  for (const name in headers) {
    const value = headers[name]
    // Whoever made the headers checked them; a line break here would be a second request.
    if (value === undefined || UNSAFE.test(value)) throw new TypeError(`Expected a value for the header ${name}.`)
    text += `${name}: ${value}\r\n`
  }
  if (body !== undefined) text += `content-length: ${Buffer.byteLength(body)}\r\n`
  else if (method === 'POST' || method === 'PUT' || method === 'PATCH') text += 'content-length: 0\r\n'
  return `${text}\r\n`
}
