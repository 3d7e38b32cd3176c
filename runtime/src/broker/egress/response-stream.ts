import { brokerError } from '../errors.ts'
import type { HttpHandler, RequestControl } from './http1/exchange.ts'
import type { ResponseHeaders } from './http1/parse-head.ts'

/** What a dispatched request answers with: its head, and a body that is whole or still arriving. */
export interface ArrivingResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  /** All of the body, when `wantsWhole` said so. */
  readonly whole: Uint8Array | undefined
  readonly body: AsyncIterable<Uint8Array>
  cancel(): void
}

export interface ResponseOptions {
  readonly signal: AbortSignal
  readonly maxBytes: number
  /** Whether to wait for the body: cheaper than a stream when it is short-lived anyway. */
  readonly wantsWhole: (status: number, headers: ArrivingResponse['headers']) => boolean
}

/** Why a request ended, and whether any of it can have reached the server. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure'
  /** False while there was no connection to send it over. */
  readonly sent: boolean

  constructor(cause: Error, sent: boolean) {
    super(cause.message, { cause })
    this.sent = sent
  }
}

/** Unread bytes at which the sender has to wait: what is read in one turn holds everybody else up. */
const PAUSE_ABOVE_BYTES = 64 * 1024

function tooLarge(maxBytes: number): Error {
  return brokerError('NETWORK_TOO_LARGE', `Expected a body of at most ${maxBytes} bytes, found more. Ask for less.`, {
    details: { limit: 'maxBytes', value: maxBytes },
  })
}

/** Collects what arrives for one request: whole where that was wished for, as a stream that can wait otherwise. */
export class ResponseStream implements HttpHandler, ArrivingResponse {
  readonly response: Promise<ArrivingResponse>
  status = 0
  headers: ArrivingResponse['headers'] = {}
  whole: Uint8Array | undefined
  readonly #options: ResponseOptions
  readonly #settle: PromiseWithResolvers<ArrivingResponse>
  #control: RequestControl | undefined
  #sent = false
  #chunks: Uint8Array[] = []
  #unread = 0
  #size = 0
  #target: Uint8Array | undefined
  #collects = false
  #ended = false
  #error: Error | undefined
  #wake: (() => void) | undefined

  constructor(options: ResponseOptions) {
    this.#options = options
    this.#settle = Promise.withResolvers()
    this.response = this.#settle.promise
    options.signal.addEventListener('abort', this.#aborted, { once: true })
    if (options.signal.aborted) this.#fail(new Error('aborted'))
  }

  /** Hands over the request, which may have failed before anybody could hold it. */
  hold(control: RequestControl): void {
    this.#control = control
    if (this.#error !== undefined) control.abort()
  }

  sent(): void {
    this.#sent = true
  }

  head(status: number, headers: ResponseHeaders): void {
    this.status = status
    this.headers = headers
    this.#collects = this.#options.wantsWhole(status, headers)
    if (!this.#collects) return this.#settle.resolve(this)
    const declared = Number(headers['content-length'])
    if (declared > this.#options.maxBytes) return this.#end(tooLarge(this.#options.maxBytes))
    // One block of the right size: the body is in memory once.
    if (declared > 0) this.#target = Buffer.allocUnsafeSlow(declared)
  }

  data(chunk: Buffer): void {
    if (this.#ended) return
    const from = this.#size
    this.#size += chunk.length
    if (this.#size > this.#options.maxBytes) return this.#end(tooLarge(this.#options.maxBytes))
    if (this.#target !== undefined) {
      this.#target.set(chunk, from)
      return
    }
    this.#chunks.push(Buffer.from(chunk))
    if (this.#collects) return
    this.#unread += chunk.length
    if (this.#unread > PAUSE_ABOVE_BYTES) this.#control?.pause()
    this.#wakeReader()
  }

  end(): void {
    if (this.#ended) return
    this.#finish()
    if (this.#collects) {
      this.whole = this.#target ?? Buffer.concat(this.#chunks, this.#size)
      this.#settle.resolve(this)
    }
    this.#wakeReader()
  }

  failed(error: Error): void {
    this.#fail(error)
  }

  /** Ends the request and its connection, unless it has ended by itself. */
  cancel(): void {
    if (!this.#ended) this.#end(new Error('cancelled'))
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#read()
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    if (this.whole !== undefined) {
      yield this.whole
      return
    }
    try {
      for (;;) {
        const chunks = this.#chunks
        this.#chunks = []
        this.#unread = 0
        yield* chunks
        if (this.#error !== undefined) throw this.#error
        if (this.#chunks.length > 0) continue
        if (this.#ended) return
        this.#control?.resume()
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      this.cancel()
    }
  }

  readonly #aborted = (): void => this.#end(new Error('aborted'))

  #wakeReader(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#fail(error)
    this.#control?.abort()
  }

  #fail(error: Error): void {
    if (this.#ended) return
    this.#error = error
    this.#finish()
    this.#settle.reject(new RequestFailure(error, this.#sent))
    this.#wakeReader()
  }

  #finish(): void {
    this.#ended = true
    this.#options.signal.removeEventListener('abort', this.#aborted)
  }
}
