import type { Socket } from 'node:net'
import { HttpFailure, invalidResponse } from './errors.ts'
import { type HttpHandler, type HttpRequest, type RequestControl, headText } from './exchange.ts'
import { KEEP_ALIVE_MARGIN_MS, READ_BYTES } from './limits.ts'
import { type SocketOptions, openSocket } from './open-socket.ts'
import { ResponseReader } from './response-reader.ts'

export interface ConnectionOptions {
  readonly origin: URL
  readonly lookup: SocketOptions['lookup']
  readonly session: SocketOptions['session']
  readonly connectMs: number
  readonly keepAliveMs: number
  readonly sessionMade: (session: Buffer) => void
  /** The connection waits for another request. */
  readonly idle: (connection: HttpConnection) => void
  readonly closed: (connection: HttpConnection) => void
}

const SECONDS = /(?:^|[,;\s])timeout=([0-9]{1,6})/

/** One connection: one request at a time, the next over the same one when the server keeps it. */
export class HttpConnection {
  /** When it is too old to be used again; milliseconds of `performance.now()`. */
  expiresAt = 0
  readonly #options: ConnectionOptions
  readonly #socket: Socket
  readonly #connecting: NodeJS.Timeout
  #ready = false
  #closed = false
  #request: HttpRequest | undefined
  #handler: HttpHandler | undefined
  #reader: ResponseReader | undefined
  #headTimer: NodeJS.Timeout | undefined
  #paused = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { origin, lookup, session, sessionMade } = options
    const callback = (length: number, buffer: Uint8Array) => this.#read(length, buffer)
    this.#socket = openSocket({
      origin,
      lookup,
      session,
      sessionMade,
      onread: { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback },
      ready: () => this.#opened(),
    })
    this.#socket.on('error', (error) => this.#close(error))
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('close', () => this.#ended())
    this.#connecting = setTimeout(() => {
      this.#close(new HttpFailure('CONNECT_TIMEOUT', 'Expected a connection, found none in time.'))
    }, options.connectMs)
  }

  /** Sends a request as soon as there is a connection. */
  send(request: HttpRequest, handler: HttpHandler): RequestControl {
    this.#request = request
    this.#handler = handler
    if (this.#ready) this.#write(request, handler)
    return new RequestHold(this, request)
  }

  abort(request: HttpRequest): void {
    if (this.#request !== request) return
    const sent = this.#reader !== undefined
    this.#forget()
    // An answer nobody waits for would be taken for the answer to the next request.
    if (sent) this.#close(undefined)
  }

  pause(request: HttpRequest): void {
    if (this.#request !== request || this.#paused) return
    this.#paused = true
    this.#socket.pause()
  }

  resume(request: HttpRequest): void {
    if (this.#request === request) this.#unpause()
  }

  destroy(error: Error): void {
    this.#close(error)
  }

  #opened(): void {
    clearTimeout(this.#connecting)
    if (this.#closed) return
    this.#ready = true
    // Without this nobody reads the end of the stream.
    this.#socket.resume()
    if (this.#request !== undefined && this.#handler !== undefined) this.#write(this.#request, this.#handler)
    else this.#rest(undefined)
  }

  #write(request: HttpRequest, handler: HttpHandler): void {
    const { body, headTimeoutMs } = request
    let head: string
    try {
      head = headText(request, this.#options.origin.host)
    } catch (error) {
      this.#forget()
      this.#rest(undefined)
      handler.failed(error instanceof Error ? error : new Error(String(error)))
      return
    }
    this.#reader = new ResponseReader(request.method, handler)
    handler.sent()
    if (headTimeoutMs > 0) this.#watchHead(headTimeoutMs)
    const socket = this.#socket
    // One write where one encoding serves both parts: a system call costs more than all of the rest.
    if (typeof body !== 'object' && isAscii(head)) socket.write(body === undefined ? head : head + body)
    else {
      socket.cork()
      socket.write(head, 'latin1')
      if (body !== undefined) socket.write(body)
      socket.uncork()
    }
  }

  #watchHead(milliseconds: number): void {
    this.#headTimer = setTimeout(() => {
      this.#close(new HttpFailure('HEAD_TIMEOUT', 'Expected an answer, found none in time.'))
    }, milliseconds)
  }

  /** False stops the reading. */
  #read(length: number, buffer: Uint8Array): boolean {
    const reader = this.#reader
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the very Buffer given as `onread.buffer`
    const bytes = (buffer as Buffer).subarray(0, length)
    if (reader === undefined) {
      this.#close(invalidResponse('bytes that nobody asked for'))
      return false
    }
    try {
      const used = reader.read(bytes)
      if (reader.head !== undefined) clearTimeout(this.#headTimer)
      // An aborted request leaves no reader behind.
      if (reader === this.#reader && reader.done) this.#finish(used === length)
    } catch (error) {
      this.#close(error instanceof Error ? error : new Error(String(error)))
    }
    return !this.#closed && !this.#paused
  }

  #finish(nothingLeft: boolean): void {
    const handler = this.#handler
    const head = this.#reader?.head
    this.#forget()
    const keep =
      nothingLeft && head?.keepsAlive === true && head.framing !== 'close' && this.#socket.writableLength === 0
    if (keep) this.#rest(head.headers['keep-alive'])
    else this.#close(undefined)
    handler?.end()
  }

  #ended(): void {
    if (this.#reader?.end() === true) this.#finish(false)
    else this.#close(new HttpFailure('CONNECTION_CLOSED', 'Expected an answer, found the connection closed.'))
  }

  #rest(hint: string | string[] | undefined): void {
    const said = typeof hint === 'string' ? SECONDS.exec(hint)?.[1] : undefined
    const { keepAliveMs } = this.#options
    const stays = said === undefined ? keepAliveMs : Math.min(keepAliveMs, Number(said) * 1000 - KEEP_ALIVE_MARGIN_MS)
    this.expiresAt = performance.now() + stays
    this.#unpause()
    if (stays > 0) this.#options.idle(this)
    else this.#close(undefined)
  }

  #unpause(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket.resume()
  }

  #forget(): void {
    clearTimeout(this.#headTimer)
    this.#headTimer = undefined
    this.#request = undefined
    this.#handler = undefined
    this.#reader = undefined
  }

  #close(error: Error | undefined): void {
    if (this.#closed) return
    this.#closed = true
    this.#ready = false
    clearTimeout(this.#connecting)
    const handler = this.#handler
    this.#forget()
    this.#socket.destroy()
    this.#options.closed(this)
    if (error !== undefined) handler?.failed(error)
  }
}

/** A request on its connection: powerless once the connection serves another one. */
class RequestHold implements RequestControl {
  readonly #connection: HttpConnection
  readonly #request: HttpRequest

  constructor(connection: HttpConnection, request: HttpRequest) {
    this.#connection = connection
    this.#request = request
  }

  abort(): void {
    this.#connection.abort(this.#request)
  }

  pause(): void {
    this.#connection.pause(this.#request)
  }

  resume(): void {
    this.#connection.resume(this.#request)
  }
}

const NOT_ASCII = /[^\u0000-\u007f]/ // oxlint-disable-line no-control-regex -- the range of ASCII

function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text)
}
