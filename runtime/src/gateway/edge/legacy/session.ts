import { randomBytes } from 'node:crypto'
import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../../../identity/principal.ts'
import type { Target } from '../../call.ts'
import { gatewayError, upstreamAnsweredError } from '../../errors.ts'
import { isJsonObject, notificationMessage, type RpcId, type RpcResponse } from '../../json-rpc.ts'
import { MAX_SESSION_REQUESTS } from '../../limits.ts'
import type { ListKind } from '../../router/change-hub.ts'
import type { CallClient, Upstream, UpstreamMessage } from '../../upstream/upstream.ts'
import type { EventStream } from '../answer.ts'
import type { CallScope } from '../call-scope.ts'

/** What the client said in `initialize`. */
export interface SessionStart {
  readonly principal: Principal
  readonly target: Target
  readonly protocolVersion: string
  readonly capabilities: JsonObject
  readonly info: JsonObject | undefined
}

type Waiting = PromiseWithResolvers<JsonObject>

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
  readonly start: SessionStart
  readonly since = new Date()
  readonly subscriptions = new Map<string, Upstream>()
  readonly #inFlight = new Map<RpcId, CallScope>()
  readonly #asked = new Map<RpcId, Waiting>()
  #lastSeen = Date.now()
  #logLevel = 'info'
  #asks = 0
  #stream: EventStream | undefined

  constructor(start: SessionStart) {
    this.start = start
  }

  client(): CallClient {
    const { capabilities, info } = this.start
    return { key: this.id, era: 'legacy', capabilities, info, logLevel: this.#logLevel }
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
    return this.#stream !== undefined || this.#inFlight.size > 0
  }

  belongsTo(principal: Principal, target: Target): boolean {
    const { start } = this
    return (
      start.principal.id === principal.id &&
      start.principal.workspaceId === principal.workspaceId &&
      start.target.virtualServer === target.virtualServer
    )
  }

  begin(id: RpcId, scope: CallScope): Disposable {
    if (this.#inFlight.size >= MAX_SESSION_REQUESTS) {
      throw gatewayError('SESSION_BUSY', `Expected at most ${MAX_SESSION_REQUESTS} requests in flight, found more.`)
    }
    if (this.#inFlight.has(id))
      throw gatewayError('MESSAGE_INVALID', 'Expected a new request id, found one that is in flight.')
    this.#inFlight.set(id, scope)
    return { [Symbol.dispose]: () => void this.#inFlight.delete(id) }
  }

  cancel(id: unknown): void {
    if (typeof id === 'string' || typeof id === 'number') this.#inFlight.get(id)?.cancel('the client asked for it')
  }

  /** Sends a request to the client over `send` and waits for its answer, as long as the call lasts. */
  ask(message: UpstreamMessage, signal: AbortSignal, send: (message: JsonObject) => void): Promise<JsonObject> {
    const capability = NEEDS.get(message.method)
    if (capability === undefined || !isJsonObject(this.start.capabilities[capability])) {
      const problem = `Expected a client that can answer ${message.method}, found one that did not declare it.`
      return Promise.reject(upstreamAnsweredError({ code: -32601, message: problem }))
    }
    this.#asks += 1
    const id = `nexus-${this.#asks}`
    const waiting: Waiting = Promise.withResolvers()
    const stop = () => waiting.reject(signal.reason)
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

  /** One stream at a time: a client that opens a second has lost the first. */
  attach(stream: EventStream): void {
    this.#stream?.end()
    this.#stream = stream
  }

  detach(stream: EventStream): void {
    if (this.#stream === stream) this.#stream = undefined
    this.touch()
  }

  listChanged(kinds: ReadonlySet<ListKind>): void {
    for (const kind of kinds) this.#stream?.send(notificationMessage(`notifications/${kind}/list_changed`, undefined))
  }

  resourceUpdated(uri: string): void {
    if (this.subscriptions.has(uri)) this.#stream?.send(notificationMessage('notifications/resources/updated', { uri }))
  }

  end(): void {
    for (const scope of this.#inFlight.values()) scope.cancel('the session was ended')
    this.#stream?.end()
  }
}
