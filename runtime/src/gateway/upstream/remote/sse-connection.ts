import type { JsonObject } from '@nexus/plugin-api'
import { abortError, orAbort } from '../../abort-error.ts'
import { gatewayError } from '../../errors.ts'
import { errorMessage, isJsonObject, notificationMessage } from '../../json-rpc.ts'
import { RPC } from '../../protocol.ts'
import type { RpcResult } from '../../wire/rpc-result.ts'
import type { Connection, ConnectionEvents, Exchange, Hello } from '../connection.ts'
import { INITIALIZE_PARAMS, readInitializeResult } from '../hello.ts'
import { Peer } from '../peer.ts'
import { drain, type Endpoint, floods, MAX_MESSAGES_UNDER_WAY } from './endpoint.ts'
import { type EgressAnswer, headerOf } from './http-egress.ts'
import { networkError, readFailure, statusError } from './http-error.ts'
import { createSseParser } from './sse-parser.ts'

/** Statuses by which a server says that it knows the connection no more, or does not let the host in. */
const FATAL: ReadonlySet<number> = new Set([401, 403, 404, 410])

/**
 * A server of the HTTP+SSE transport of 2024-11-05: everything it says comes over one event stream, everything for it is
 * posted to the address that the stream's first event names. A conversation lives as long as its stream.
 */
class SseConversation {
  readonly #endpoint: Endpoint
  readonly #peer: Peer
  readonly #life = new AbortController()
  readonly #closed = Promise.withResolvers<Error>()
  readonly #messagesUrl = Promise.withResolvers<string>()
  #protocolVersion: string | undefined
  #posting = 0

  constructor(endpoint: Endpoint, events: ConnectionEvents) {
    this.#endpoint = endpoint
    this.#peer = new Peer((line) => void this.#post(line), events)
    // Whoever waits hears of it; when nobody does, the end of the conversation has told it.
    this.#messagesUrl.promise.catch(() => undefined)
  }

  get closed(): Promise<Error> {
    return this.#closed.promise
  }

  async open(signal: AbortSignal): Promise<Hello> {
    try {
      const answer = await orAbort(this.#get(), signal)
      void this.#read(answer)
      await orAbort(this.#messagesUrl.promise, signal)
      const result = await this.#peer.request('initialize', INITIALIZE_PARAMS, { signal })
      const { hello, protocolVersion } = readInitializeResult(result.value())
      this.#protocolVersion = protocolVersion
      // Awaited: posts overtake each other, and no request may be there before this.
      await this.#post(JSON.stringify(notificationMessage('notifications/initialized', undefined)))
      return hello
    } catch (error) {
      this.end(error instanceof Error ? error : abortError(signal))
      throw error
    }
  }

  request(method: string, params: JsonObject | undefined, exchange: Exchange): Promise<RpcResult> {
    if (this.#life.signal.aborted) return Promise.reject(abortError(this.#life.signal))
    return this.#peer.request(method, params, exchange)
  }

  end(reason: Error): void {
    if (this.#life.signal.aborted) return
    this.#life.abort(reason)
    this.#messagesUrl.reject(reason)
    this.#peer.fail(reason)
    this.#closed.resolve(reason)
  }

  async #get(): Promise<EgressAnswer> {
    const endpoint = this.#endpoint
    const headers = { ...(await endpoint.headers()), accept: 'text/event-stream' }
    const answer = await endpoint.egress
      .request({ url: endpoint.url, method: 'GET', headers, signal: this.#life.signal })
      .catch((error: unknown) => {
        throw networkError(error, endpoint.label)
      })
    if (answer.status >= 300) throw statusError(await readFailure(answer), endpoint.label)
    if (headerOf(answer, 'content-type')?.startsWith('text/event-stream') === true) return answer
    throw gatewayError('UPSTREAM_PROTOCOL', `Expected an event stream from ${endpoint.label}, found another answer.`)
  }

  async #read(answer: EgressAnswer): Promise<void> {
    const { label } = this.#endpoint
    try {
      const push = createSseParser(({ name, data }) => {
        if (name === 'endpoint') this.#messagesUrl.resolve(this.#resolve(data))
        else if (name === 'message' && data !== '') this.#peer.receive(Buffer.from(data))
      })
      for await (const chunk of answer.body) push(chunk)
      this.end(gatewayError('UPSTREAM_DIED', `Expected ${label} to keep its event stream open, found it ended.`))
    } catch (error) {
      this.end(networkError(error, label))
    }
  }

  /** A server may name a path of its own, never another place: credentials go there. */
  #resolve(given: string): string {
    const own = new URL(this.#endpoint.url)
    const url = URL.parse(given, own)
    if (url?.origin === own.origin && url.username === '' && url.password === '') return url.href
    throw gatewayError(
      'UPSTREAM_PROTOCOL',
      `Expected ${this.#endpoint.label} to name an address of its own origin for messages, found another.`,
    )
  }

  async #post(line: string): Promise<void> {
    if (this.#posting >= MAX_MESSAGES_UNDER_WAY) return this.end(floods(this.#endpoint.label))
    this.#posting += 1
    try {
      const endpoint = this.#endpoint
      const version = this.#protocolVersion === undefined ? {} : { 'mcp-protocol-version': this.#protocolVersion }
      const answer = await endpoint.egress.request({
        url: await this.#messagesUrl.promise,
        method: 'POST',
        headers: { ...(await endpoint.headers()), 'content-type': 'application/json', ...version },
        body: line,
        signal: this.#life.signal,
      })
      if (answer.status < 300) await drain(answer)
      else await this.#refused(line, answer)
    } catch (error) {
      this.end(networkError(error, this.#endpoint.label))
    } finally {
      this.#posting -= 1
    }
  }

  /** A message that the server did not take: its request fails, the others go on. */
  async #refused(line: string, answer: EgressAnswer): Promise<void> {
    const failure = await readFailure(answer)
    const error = statusError(failure, this.#endpoint.label)
    if (FATAL.has(answer.status)) return this.end(error)
    const message: unknown = JSON.parse(line)
    const id = isJsonObject(message) ? message['id'] : undefined
    if (typeof id !== 'number') return
    const said = failure.rpc ?? { code: RPC.internal, message: error.message }
    this.#peer.receive(Buffer.from(JSON.stringify(errorMessage(id, said))))
  }
}

/** Opens the stream, then the handshake over it. */
export async function openSseConnection(
  endpoint: Endpoint,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  const conversation = new SseConversation(endpoint, events)
  const hello = await conversation.open(signal)
  return {
    hello,
    request: (method, params, exchange) => conversation.request(method, params, exchange),
    close() {
      conversation.end(gatewayError('UPSTREAM_CLOSED', `Expected ${endpoint.label} to stay, found it removed.`))
      return Promise.resolve()
    },
    lose: (reason) => conversation.end(reason),
    closed: conversation.closed,
  }
}
