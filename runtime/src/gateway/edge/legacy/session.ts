import { randomBytes } from 'node:crypto'
import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../../../identity/principal.ts'
import type { Target } from '../../call.ts'
import { abortError } from '../../abort-error.ts'
import { gatewayError, upstreamAnsweredError } from '../../errors.ts'
import { isJsonObject, notificationMessage, type RpcId, type RpcResponse } from '../../json-rpc.ts'
import { MAX_SESSION_REQUESTS } from '../../limits.ts'
import type { ListKind } from '../../router/change-hub.ts'
import type { CallClient, Upstream, UpstreamMessage } from '../../upstream/upstream.ts'
import { jsonText } from '../../wire/result-text.ts'
import type { CallScope } from '../call-scope.ts'
import type { ReplayBudget } from './replay.ts'
import { SessionStreams } from './session-streams.ts'

/** Through which transport the client came. */
export type Door = 'streamable' | 'sse'

/** What the client said in `initialize`. */
export interface SessionStart {
  readonly principal: Principal
  readonly target: Target
  readonly door: Door
  readonly protocolVersion: string
  readonly capabilities: JsonObject
  readonly info: JsonObject | undefined
}

type Waiting = PromiseWithResolvers<JsonObject>

/** From this revision on, clients know events that have an id and no message. */
const FIRST_WITH_PRIMING = '2025-11-25'

/** Capability a client must have declared to be sent a request. */
const NEEDS: ReadonlyMap<string, string> = new Map([
  ['elicitation/create', 'elicitation'],
  ['sampling/createMessage', 'sampling'],
  ['roots/list', 'roots'],
])

/** A conversation of the legacy revisions: belongs to one principal and one server, lives in this node's memory only. */
export class Session {
  /** Unguessable, and of no use to anyone but the principal that opened it. */
  readonly id = randomBytes(24).toString('base64url')
  readonly since = new Date()
  readonly subscriptions = new Map<string, Upstream>()
  readonly streams: SessionStreams
  readonly #inFlight = new Map<RpcId, CallScope>()
  readonly #asked = new Map<RpcId, Waiting>()
  #start: SessionStart
  #introduced: boolean
  #lastSeen = Date.now()
  #logLevel = 'info'
  #asks = 0

  constructor(start: SessionStart, budget: ReplayBudget) {
    this.#start = start
    this.#introduced = start.door === 'streamable'
    this.streams = new SessionStreams({
      // Streams of the HTTP+SSE transport have no event ids: such a session ends with its connection.
      budget: start.door === 'sse' ? undefined : budget,
      primes: start.protocolVersion >= FIRST_WITH_PRIMING,
      onNoticesDetached: () => this.touch(),
    })
  }

  get start(): SessionStart {
    return this.#start
  }

  /** Over HTTP+SSE the stream is there before the client says who it is. */
  introduce(start: SessionStart): void {
    this.#start = start
    this.#introduced = true
  }

  isIntroduced(): boolean {
    return this.#introduced
  }

  client(): CallClient {
    const { capabilities, info, principal } = this.start
    const { id: principalId } = principal
    return { key: this.id, principalId, era: 'legacy', capabilities, info, logLevel: this.#logLevel }
  }

  logLevel(): string {
    return this.#logLevel
  }

  setLogLevel(level: string): void {
    this.#logLevel = level
  }

  touch(): void {
    this.#lastSeen = Date.now()
  }

  lastSeenAt(): number {
    return this.#lastSeen
  }

  /** A session with an open stream or a running call is in use, however long it was silent. */
  isBusy(): boolean {
    return this.streams.notices.isAttached() || this.#inFlight.size > 0
  }

  belongsTo(principal: Principal, target: Target, door: Door): boolean {
    const { start } = this
    return (
      start.door === door &&
      start.principal.id === principal.id &&
      start.principal.workspaceId === principal.workspaceId &&
      start.target.virtualServer === target.virtualServer
    )
  }

  begin(id: RpcId, method: string, scope: CallScope): Disposable {
    if (!this.#introduced && method !== 'ping') {
      throw gatewayError('MESSAGE_INVALID', `Expected initialize before ${method.slice(0, 100)}.`)
    }
    if (this.#inFlight.size >= MAX_SESSION_REQUESTS) {
      throw gatewayError('SESSION_BUSY', `Expected at most ${MAX_SESSION_REQUESTS} requests in flight, found more.`)
    }
    if (this.#inFlight.has(id))
      throw gatewayError('MESSAGE_INVALID', 'Expected a new request id, found one that is in flight.')
    this.#inFlight.set(id, scope)
    return { [Symbol.dispose]: () => void this.#inFlight.delete(id) }
  }

  cancel(id: unknown, reason: string): void {
    if (typeof id === 'string' || typeof id === 'number') this.#inFlight.get(id)?.cancel(reason)
  }

  /** Sends a request to the client over `send` and waits for its answer; takes it back when `signal` aborts. */
  ask(message: UpstreamMessage, signal: AbortSignal, send: (message: JsonObject) => void): Promise<JsonObject> {
    const capability = NEEDS.get(message.method)
    if (capability === undefined || !isJsonObject(this.start.capabilities[capability])) {
      const problem = `Expected a client that can answer ${message.method}, found one that did not declare it.`
      return Promise.reject(upstreamAnsweredError({ code: -32601, message: problem }))
    }
    // An abort that was is not told again: the question would wait for ever.
    if (signal.aborted) return Promise.reject(abortError(signal))
    this.#asks += 1
    const id = `nexus-${this.#asks}`
    const waiting: Waiting = Promise.withResolvers()
    const stop = () => {
      send(notificationMessage('notifications/cancelled', { requestId: id }))
      waiting.reject(signal.reason)
    }
    signal.addEventListener('abort', stop, { once: true })
    this.#asked.set(id, waiting)
    send({
      jsonrpc: '2.0',
      id,
      method: message.method,
      ...(message.params === undefined ? {} : { params: message.params }),
    })
    return waiting.promise.finally(() => {
      this.#asked.delete(id)
      signal.removeEventListener('abort', stop)
    })
  }

  answered({ id, result, error }: RpcResponse): void {
    const waiting = this.#asked.get(id)
    if (error !== undefined) waiting?.reject(upstreamAnsweredError(error))
    else waiting?.resolve(result ?? {})
  }

  listChanged(kinds: ReadonlySet<ListKind>): void {
    for (const kind of kinds) this.#tell(`notifications/${kind}/list_changed`, undefined)
  }

  resourceUpdated(uri: string, upstreamId: string): void {
    if (this.subscriptions.get(uri)?.id === upstreamId) this.#tell('notifications/resources/updated', { uri })
  }

  end(): void {
    for (const scope of this.#inFlight.values()) scope.cancel('the session was ended')
    this.streams.end()
  }

  #tell(method: string, params: JsonObject | undefined): void {
    // Nothing but answers goes to a client that has not said what it understands.
    if (this.#introduced) this.streams.notices.send(jsonText(notificationMessage(method, params)))
  }
}
