import { ChunkReader } from './chunk-reader.ts'
import { invalidResponse } from './errors.ts'
import { MAX_HEAD_BYTES } from './limits.ts'
import { type ResponseHead, type ResponseHeaders, parseHead } from './parse-head.ts'

const END_OF_HEAD = Buffer.from('\r\n\r\n')

/** What a response brings, in this order. */
export interface ResponseEvents {
  /** A 1xx head is never told. */
  head(status: number, headers: ResponseHeaders): void
  /** The bytes are valid until this returns. */
  data(chunk: Buffer): void
}

/** Reads one response, however its bytes are cut. Throws what `invalidResponse` makes. */
export class ResponseReader {
  readonly #events: ResponseEvents
  readonly #hasBody: boolean
  #early: Buffer | undefined
  #head: ResponseHead | undefined
  #remaining = 0
  #chunks: ChunkReader | undefined
  #done = false

  /** `method` of the request: the answer to a HEAD has no body. */
  constructor(method: string, events: ResponseEvents) {
    this.#events = events
    this.#hasBody = method !== 'HEAD'
  }

  get head(): ResponseHead | undefined {
    return this.#head
  }

  get done(): boolean {
    return this.#done
  }

  /** Takes bytes and answers how many it used; fewer than given when the response ended before them. */
  read(bytes: Buffer): number {
    if (this.#head !== undefined) return this.#readBody(bytes, 0)
    const waiting = this.#early
    const all = waiting === undefined ? bytes : Buffer.concat([waiting, bytes])
    const used = this.#readHead(all)
    if (used === undefined) {
      this.#early = waiting === undefined ? Buffer.from(bytes) : all
      return bytes.length
    }
    this.#early = undefined
    return this.#readBody(all, used) - (all.length - bytes.length)
  }

  /** The connection ended: the end of a body without a length. False when the response is not complete. */
  end(): boolean {
    if (this.#done) return true
    if (this.#head?.framing !== 'close') return false
    this.#done = true
    return true
  }

  /** Where the body begins; `undefined` while the head is incomplete. */
  #readHead(bytes: Buffer): number | undefined {
    let from = 0
    for (;;) {
      const end = bytes.indexOf(END_OF_HEAD, from)
      if ((end === -1 ? bytes.length : end) - from > MAX_HEAD_BYTES) throw invalidResponse('headers that are too long')
      if (end === -1) {
        // Interim answers are read again with the rest: there are few, and this bounds them.
        if (from > MAX_HEAD_BYTES) throw invalidResponse('too many interim answers')
        return undefined
      }
      const head = parseHead(bytes.toString('latin1', from, end))
      from = end + END_OF_HEAD.length
      if (head.status === 101) throw invalidResponse('another protocol')
      if (head.status >= 200) {
        this.#begin(head)
        return from
      }
    }
  }

  #begin(head: ResponseHead): void {
    this.#head = head
    const { framing } = head
    if (framing === 'chunked') this.#chunks = new ChunkReader()
    else if (framing !== 'close') this.#remaining = framing
    this.#done = !this.#hasBody || framing === 0
    this.#events.head(head.status, head.headers)
  }

  #readBody(bytes: Buffer, from: number): number {
    if (this.#done || from === bytes.length) return from
    if (this.#chunks !== undefined) {
      const used = this.#chunks.read(bytes, from, (chunk) => this.#events.data(chunk))
      this.#done = this.#chunks.done
      return used
    }
    if (this.#head?.framing === 'close') {
      this.#events.data(from === 0 ? bytes : bytes.subarray(from))
      return bytes.length
    }
    const end = Math.min(from + this.#remaining, bytes.length)
    this.#remaining -= end - from
    // Told before the data: whoever counts sees the whole when the last of it arrives.
    this.#done = this.#remaining === 0
    this.#events.data(bytes.subarray(from, end))
    return end
  }
}
