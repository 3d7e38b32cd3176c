import type { JsonObject } from '@nexus/plugin-api'
import { abortError } from '../../abort-error.ts'
import { traceHeaders } from '../../bridge/trace-context.ts'
import { gatewayError, upstreamRpcError } from '../../errors.ts'
import { notificationMessage, readMessage, type RpcMessage } from '../../json-rpc.ts'
import { LATEST_LEGACY } from '../../protocol.ts'
import type { RpcResult } from '../../wire/rpc-result.ts'
import { CHANGE_NOTICES, type Connection, type ConnectionEvents, type Exchange, type Hello } from '../connection.ts'
import { withoutEnvelope } from '../envelope.ts'
import { INITIALIZE_PARAMS, readInitializeResult } from '../hello.ts'
import { restoreProgressToken } from '../progress-tokens.ts'
import { ServerQuestions } from '../server-questions.ts'
import { soleOwner } from '../sole-owner.ts'
import { Strays } from '../strays.ts'
import type { UpstreamMessage } from '../upstream.ts'
import { drain, type Endpoint, floods, MAX_MESSAGES_UNDER_WAY, postMessage } from './endpoint.ts'
import { type EgressAnswer, headerOf } from './http-egress.ts'
import { type HttpFailure, isConnectionLoss, networkError } from './http-error.ts'
import { keepStream } from './keep-stream.ts'
import { postRequest } from './post-request.ts'

type Headers = Readonly<Record<string, string>>

const GOODBYE_MS = 1_000
/** Internal: the server forgot the session; the request has not run. */
const SESSION_LOST = gatewayError('UPSTREAM_DIED', 'Expected the server to know the session, found it forgotten.')

/** 404 by the specification; servers built on older SDKs say 400 and put the reason into the message. */
function isSessionLost({ status, rpc }: HttpFailure): boolean {
  return status === 404 || (status === 400 && rpc !== undefined && /session|initializ/i.test(rpc.message))
}

/** A session with a server of the legacy revisions over Streamable HTTP. */
class HttpSession {
  readonly #endpoint: Endpoint
  readonly #events: ConnectionEvents
  readonly #life = new AbortController()
  readonly #strays = new Strays()
  readonly #transfers = new Set<AbortController>()
  readonly #questions = new ServerQuestions()
  readonly #underWay = new Map<number, { readonly params: JsonObject | undefined; readonly exchange: Exchange }>()
  readonly #closed = Promise.withResolvers<Error>()
  #sessionId: string | undefined
  #protocolVersion = LATEST_LEGACY
  #lastId = 0
  /** Messages that no answer is waited for, on their way. */
  #telling = 0
  #renewing: Promise<Hello> | undefined

  constructor(endpoint: Endpoint, events: ConnectionEvents) {
    this.#endpoint = endpoint
    this.#events = events
  }

  get closed(): Promise<Error> {
    return this.#closed.promise
  }

  async initialize(signal: AbortSignal): Promise<Hello> {
    this.#sessionId = undefined
    const result = await this.#send('initialize', INITIALIZE_PARAMS, { signal }, {}, (answer) => {
      this.#sessionId = headerOf(answer, 'mcp-session-id')
    })
    const { hello, protocolVersion } = readInitializeResult(result.value())
    this.#protocolVersion = protocolVersion
    const initialized = notificationMessage('notifications/initialized', undefined)
    await drain(await postMessage(this.#endpoint, initialized, this.#headers(), signal))
    return hello
  }

  /** Keeps the stream open over which the server tells of changes, where it offers one. */
  listen(): void {
    const { signal } = this.#life
    void keepStream({
      label: this.#endpoint.label,
      signal,
      open: async (lastEventId) => {
        const answer = await this.#get(lastEventId, signal)
        if (answer.status < 300) return answer
        await drain(answer)
        return undefined
      },
      onValue: (value) => {
        this.#receiveUnaddressed(readMessage(value))
      },
      onLost: (reason) => this.#end(reason),
    })
  }

  async request(method: string, params: JsonObject | undefined, exchange: Exchange): Promise<RpcResult> {
    if (this.#life.signal.aborted) throw abortError(this.#life.signal)
    const own = withoutEnvelope(params)
    try {
      return await this.#send(method, own, exchange, this.#headers(own))
    } catch (error) {
      if (error !== SESSION_LOST) {
        if (upstreamRpcError(error) === undefined && isConnectionLoss(error)) this.#end(error)
        throw error
      }
      this.#renewing ??= this.initialize(this.#life.signal).finally(() => (this.#renewing = undefined))
      await this.#renewing
      return this.#send(method, own, exchange, this.#headers(own))
    }
  }

  async close(): Promise<void> {
    const leave = this.#sessionId === undefined ? undefined : this.#headers()
    this.#end(gatewayError('UPSTREAM_CLOSED', `Expected ${this.#endpoint.label} to stay, found it removed.`))
    if (leave === undefined) return
    // The server forgets the session by itself when this courtesy does not arrive.
    await this.#sayGoodbye(leave).catch(() => undefined)
  }

  async #sayGoodbye(leave: Headers): Promise<void> {
    const headers = { ...(await this.#endpoint.headers()), ...leave }
    const signal = AbortSignal.timeout(GOODBYE_MS)
    await drain(await this.#endpoint.egress.request({ url: this.#endpoint.url, method: 'DELETE', headers, signal }))
  }

  /** Many servers ask and log on this stream, though the call it is for has one of its own. */
  #receiveUnaddressed(message: RpcMessage): void {
    if (message.kind === 'notification') this.#notified(message.notification)
    else if (message.kind === 'request') {
      void this.#questions.answer(
        message.request,
        () => this.#soleOwner('question'),
        (said) => this.#tell(said),
      )
    }
  }

  #notified(message: UpstreamMessage): void {
    const { method, params } = message
    if (method === 'notifications/cancelled') this.#questions.withdraw(params)
    else if (CHANGE_NOTICES.has(method)) this.#events.notified(message)
    else if (!this.#events.admits()) return
    else if (method !== 'notifications/progress')
      (this.#questions.ownerOf(message) ?? this.#soleOwner('notice'))?.onNotification?.(message)
    else {
      const token = params?.['progressToken']
      const owner = typeof token === 'number' ? this.#underWay.get(token) : undefined
      const restored = restoreProgressToken(owner?.params, params)
      if (restored !== undefined) owner?.exchange.onNotification?.({ method, params: restored })
    }
  }

  #soleOwner(what: 'question' | 'notice'): Exchange | undefined {
    const owner = soleOwner(this.#underWay.values().map(({ exchange }) => exchange))
    return this.#strays.isOnlyOf(owner?.client, what) ? owner : undefined
  }

  #headers(params?: JsonObject): Headers {
    const version = { ...traceHeaders(params), 'mcp-protocol-version': this.#protocolVersion }
    return this.#sessionId === undefined ? version : { ...version, 'mcp-session-id': this.#sessionId }
  }

  lose(reason: Error): void {
    this.#end(reason)
    for (const transfer of this.#transfers) transfer.abort(reason)
  }

  #end(reason: Error): void {
    this.#closed.resolve(reason)
    this.#life.abort(reason)
  }

  #tell(message: JsonObject): void {
    if (this.#life.signal.aborted) return
    if (this.#telling >= MAX_MESSAGES_UNDER_WAY) return this.#end(floods(this.#endpoint.label))
    this.#telling += 1
    postMessage(this.#endpoint, message, this.#headers(), this.#life.signal)
      .then(drain)
      .catch((error: unknown) => {
        if (!this.#life.signal.aborted) this.#end(networkError(error, this.#endpoint.label))
      })
      .finally(() => {
        this.#telling -= 1
      })
  }

  async #get(lastEventId: string | undefined, signal: AbortSignal): Promise<EgressAnswer> {
    const resume: Headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const own = await this.#endpoint.headers()
    const headers = { ...own, accept: 'text/event-stream', ...this.#headers(), ...resume }
    return this.#endpoint.egress.request({ url: this.#endpoint.url, method: 'GET', headers, signal })
  }

  #send(
    method: string,
    params: JsonObject | undefined,
    exchange: Exchange,
    headers: Headers,
    onAnswer?: (answer: EgressAnswer) => void,
  ): Promise<RpcResult> {
    this.#lastId += 1
    const id = this.#lastId
    const cancel = () => this.#tell(notificationMessage('notifications/cancelled', { requestId: id }))
    if (method !== 'initialize') exchange.signal.addEventListener('abort', cancel, { once: true })
    this.#underWay.set(id, { params, exchange })
    this.#strays.began(exchange.client)
    return postRequest({
      endpoint: this.#endpoint,
      id,
      method,
      params,
      headers,
      exchange,
      events: this.#events,
      transfers: this.#transfers,
      questions: this.#questions,
      reply: (message) => this.#tell(message),
      resume: (lastEventId, signal) => this.#get(lastEventId, signal),
      ...(onAnswer === undefined ? {} : { onAnswer }),
      onFailure: (failure) => (method !== 'initialize' && isSessionLost(failure) ? SESSION_LOST : undefined),
    }).finally(() => {
      this.#underWay.delete(id)
      this.#strays.ended(exchange.client, exchange.signal.aborted)
      exchange.signal.removeEventListener('abort', cancel)
    })
  }
}

/** Opens a session: handshake, then the stream of changes. */
export async function openHttpSession(
  endpoint: Endpoint,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  const session = new HttpSession(endpoint, events)
  const hello = await session.initialize(signal)
  session.listen()
  return {
    hello,
    request: (method, params, exchange) => session.request(method, params, exchange),
    close: () => session.close(),
    lose: (reason) => session.lose(reason),
    closed: session.closed,
  }
}
