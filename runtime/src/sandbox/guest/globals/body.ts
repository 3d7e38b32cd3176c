import { HostTypeError, parseJson, toText } from '../primordials.ts'
import { GuestBlob, readBlob } from './blob.ts'
import { type Bytes, copyBytes, isBuffer } from './bytes.ts'
import type { GuestHeaders } from './headers.ts'
import { decodeUtf8, encodeUtf8 } from './text-encoding.ts'
import { GuestURLSearchParams } from './url-search-params.ts'

/** What a body is made of: text as it came, so that JSON is not turned into bytes and back. */
export type Content = string | Bytes

/** A body's content and the type that goes with it. Source: Fetch Standard, 5.2, without streams and forms. */
export function extractBody(value: unknown): { readonly content: Content; readonly type: string | undefined } {
  if (value instanceof GuestBlob) return { content: readBlob(value), type: value.type === '' ? undefined : value.type }
  if (isBuffer(value) || ArrayBuffer.isView(value)) return { content: copyBytes(value), type: undefined }
  if (value instanceof GuestURLSearchParams)
    return { content: value.toString(), type: 'application/x-www-form-urlencoded;charset=UTF-8' }
  return { content: toText(value).toWellFormed(), type: 'text/plain;charset=UTF-8' }
}

/** What `Request` and `Response` share: a body that is read once. */
export abstract class GuestBody {
  #content: Content | undefined
  #used = false

  constructor(content: Content | undefined) {
    this.#content = content
  }

  /** Always `null`: there are no streams in a sandbox; read the body with one of the methods. */
  get body(): null {
    return null
  }

  get bodyUsed(): boolean {
    return this.#used
  }

  async text(): Promise<string> {
    const content = take(this)
    if (typeof content !== 'string') return decodeUtf8(content)
    return content.charCodeAt(0) === 0xfe_ff ? content.slice(1) : content
  }

  async json(): Promise<unknown> {
    return parseJson(await this.text())
  }

  async bytes(): Promise<Bytes> {
    const content = take(this)
    return typeof content === 'string' ? encodeUtf8(content) : content.slice()
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer
  }

  async blob(): Promise<GuestBlob> {
    return new GuestBlob([await this.bytes()], { type: this.headers.get('content-type') ?? '' })
  }

  abstract get headers(): GuestHeaders

  /** Taken off the class before plugin code runs: the content, used up. */
  static take(body: GuestBody): Content {
    if (body.#used) throw new HostTypeError('The body was already read.')
    body.#used = body.#content !== undefined
    return body.#content ?? ''
  }

  /** Taken off the class before plugin code runs: the content for a copy. */
  static peek(body: GuestBody): Content | undefined {
    if (body.#used) throw new HostTypeError('The body was already read.')
    return body.#content
  }
}

const { take, peek } = GuestBody
Reflect.deleteProperty(GuestBody, 'take')
Reflect.deleteProperty(GuestBody, 'peek')
export { take as takeBody, peek as peekBody }
