import { errorCode } from '@nexus/plugin-api'
import { orAbort } from '../abort-error.ts'
import { gatewayError, upstreamRpcError } from '../errors.ts'
import { CONNECT_MS, RECONNECT_FIRST_MS, RECONNECT_PATIENCE_MS, STABLE_AFTER_MS } from '../limits.ts'
import type { Connection, OpenConnection } from './connection.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import { KeptLists } from './kept-lists.ts'
import { PROBE_ANSWER_MS } from './pool/limits.ts'
import { NoticeGate } from './pool/notice-gate.ts'
import { Probe } from './pool/probe.ts'
import { noteUnsent } from './pool/unsent.ts'
import type {
  RunningProcess,
  Upstream,
  UpstreamCatalog,
  UpstreamChange,
  UpstreamKind,
  UpstreamState,
} from './upstream.ts'

/** Who an upstream is: what the router and people see of it. */
export interface UpstreamIdentity {
  readonly id: string
  readonly installationId: string
  readonly pluginId: string
  readonly workspaceId: string
  readonly label: string
  /** Keywords of the plugin's manifest, and its kind. */
  readonly tags?: readonly string[] | undefined
}

/** Failures that a person ends, not time. */
const WAITS_FOR_PERSON: ReadonlySet<string> = new Set(['CREDENTIAL_MISSING', 'UPSTREAM_AUTHORIZATION_REQUIRED'])

interface ReconnectingOptions {
  readonly identity: UpstreamIdentity
  readonly kind: UpstreamKind
  readonly open: OpenConnection
  readonly maxPauseMs: number
  /** How often a quiet connection is asked whether it lives; 0 asks never. */
  readonly probeMs: number
  readonly process?: () => RunningProcess | undefined
}

type LastError = { readonly code: string; readonly message: string; readonly at: Date }

/**
 * An upstream behind a connection that may be lost: opened on first use, one handshake for all calls, opened again with
 * jittered pauses. A request that was under way when the connection broke is never sent a second time: it may have run.
 */
export class ReconnectingUpstream implements Upstream {
  readonly id: string
  readonly installationId: string
  readonly pluginId: string
  readonly workspaceId: string
  readonly label: string
  readonly tags: readonly string[] | undefined
  readonly kind: UpstreamKind
  readonly #options: ReconnectingOptions
  readonly #stop = new AbortController()
  readonly #listeners = new Set<(change: UpstreamChange) => void>()
  #connection: Connection | undefined
  #opening: Promise<Connection> | undefined
  readonly #lists: KeptLists
  readonly #notices = new NoticeGate()
  #failures = 0
  #pauseUntil = 0
  #lastError: LastError | undefined
  #timer: NodeJS.Timeout | undefined
  #probe: Probe | undefined
  #asked = 0
  #answered = 0
  #inFlight = 0
  #opens = 0

  constructor(options: ReconnectingOptions) {
    const { id, installationId, pluginId, workspaceId, label, tags } = options.identity
    this.id = id
    this.installationId = installationId
    this.pluginId = pluginId
    this.workspaceId = workspaceId
    this.label = label
    this.tags = tags
    this.kind = options.kind
    this.#options = options
    this.#lists = new KeptLists({
      current: () => this.#connection,
      stop: this.#stop.signal,
      tell: (change) => this.#tell(change),
      loaded: () => (this.#failures = 0),
      failed: (error) => this.#note(error),
    })
  }

  state(): UpstreamState {
    if (this.#connection !== undefined) return 'ready'
    if (this.#opening !== undefined) return 'connecting'
    return this.#lastError === undefined ? 'idle' : 'failed'
  }

  lastError(): LastError | undefined {
    return this.#lastError
  }

  process(): RunningProcess | undefined {
    return this.#options.process?.()
  }

  onChange(listener: (change: UpstreamChange) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  async catalog(signal: AbortSignal): Promise<UpstreamCatalog> {
    const known = this.#lists.known()
    if (known !== undefined) return known
    try {
      const connection = await this.#connect(signal)
      return await orAbort(this.#lists.load(connection), signal)
    } catch (error) {
      this.#lists.missed()
      throw error
    }
  }

  async request(request: Parameters<Upstream['request']>[0]): Promise<RpcResult> {
    const connection = this.#connection ?? (await this.#connect(request.signal))
    if (connection.hello.era === 'modern' && !this.#lists.areOf(connection))
      await this.#list(connection, request.signal)
    this.#asked += 1
    this.#inFlight += 1
    try {
      const result = await connection.request(request.method, request.params, request)
      this.#answered += 1
      return result
    } catch (error) {
      if (upstreamRpcError(error) !== undefined) this.#answered += 1
      throw error
    } finally {
      this.#inFlight -= 1
    }
  }

  /** Connections opened after the first. */
  reconnects(): number {
    return Math.max(this.#opens - 1, 0)
  }

  /** Closes the connection until the next request. */
  async rest(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#opening?.catch(() => undefined)
    const connection = this.#connection
    this.#forget()
    this.#lastError = undefined
    await connection?.close()
    this.#tell({ kind: 'state' })
  }

  /** Closes the connection and opens another at once, whatever pause was due. */
  async restart(): Promise<void> {
    await this.rest()
    this.#failures = 0
    this.#pauseUntil = 0
    await this.#connect(this.#stop.signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(gatewayError('UPSTREAM_CLOSED', `Expected the upstream ${this.id} to stay, found it removed.`))
    clearTimeout(this.#timer)
    this.#lists[Symbol.dispose]()
    this.#listeners.clear()
    await this.#opening?.catch(() => undefined)
    const connection = this.#connection
    this.#forget()
    await connection?.close()
  }

  async #connect(signal: AbortSignal): Promise<Connection> {
    this.#stop.signal.throwIfAborted()
    const wait = this.#pauseUntil - Date.now()
    if (this.#connection === undefined && this.#opening === undefined && wait > 0) {
      if (wait > RECONNECT_PATIENCE_MS) {
        const last = this.#lastError
        const problem = `Expected ${this.label} to be reachable, found it failed (${last?.code}: ${last?.message}). It is tried again in ${Math.ceil(wait / 1000)} s.`
        throw noteUnsent(gatewayError('UPSTREAM_UNREACHABLE', problem), 'waiting')
      }
      await orAbort(new Promise((resolve) => setTimeout(resolve, wait)), signal)
    }
    if (this.#connection !== undefined) return this.#connection
    this.#opening ??= this.#openOnce().finally(() => (this.#opening = undefined))
    return orAbort(this.#opening, signal)
  }

  async #openOnce(): Promise<Connection> {
    this.#tell({ kind: 'state' })
    const limit = AbortSignal.timeout(CONNECT_MS)
    try {
      const connection = await this.#options.open(
        { notified: (message) => this.#lists.notified(message), admits: () => this.#notices.admits() },
        AbortSignal.any([limit, this.#stop.signal]),
      )
      this.#opened(connection)
      return connection
    } catch (cause) {
      const error =
        limit.aborted && !this.#stop.signal.aborted
          ? gatewayError(
              'UPSTREAM_TIMEOUT',
              `Expected ${this.label} to connect within ${CONNECT_MS} ms, found no answer.`,
              { cause },
            )
          : cause
      this.#failed(error)
      // A first start may take long (npm fetches a package); nobody has to ask again for it to go on.
      if (errorCode(error) === 'UPSTREAM_TIMEOUT') this.#reopenLater()
      throw error instanceof Error ? noteUnsent(error, 'tried') : error
    }
  }

  #opened(connection: Connection): void {
    const [openedAt, answered] = [Date.now(), this.#answered]
    const again = this.#lists.known() !== undefined
    this.#connection = connection
    this.#opens += 1
    this.#lastError = undefined
    if (this.#options.probeMs > 0) this.#probe = this.#watch(connection, this.#options.probeMs)
    void connection.closed.then((reason) => this.#lost(connection, reason, openedAt, answered))
    this.#tell({ kind: 'state' })
    // Lists may be others after a restart.
    if (again) this.#lists.reopened()
  }

  #forget(): void {
    this.#connection = undefined
    this.#probe?.[Symbol.dispose]()
    this.#probe = undefined
  }

  #watch(connection: Connection, everyMs: number): Probe {
    const method = connection.hello.era === 'modern' ? 'server/discover' : 'ping'
    return new Probe({
      everyMs,
      asked: () => this.#asked,
      answered: () => this.#answered,
      ask: (signal) => connection.request(method, undefined, { signal }),
      // A process with one thread cannot answer while it works. A server on the network that says nothing at all may
      // be behind a connection that is none any more.
      isTelling: () => this.#options.kind === 'remote' || this.#inFlight === 0,
      lost: () => {
        const problem = `Expected ${this.label} to answer within ${Math.min(everyMs, PROBE_ANSWER_MS)} ms whether it lives, found silence.`
        connection.lose(gatewayError('UPSTREAM_DIED', problem))
      },
    })
  }

  #lost(connection: Connection, reason: Error, openedAt: number, answered: number): void {
    if (this.#connection !== connection) return
    this.#forget()
    if (this.#stop.signal.aborted) return
    // What served a call is no server that cannot start.
    if (this.#answered > answered || Date.now() - openedAt >= STABLE_AFTER_MS) this.#failures = 0
    this.#failed(reason)
    this.#reopenLater()
  }

  #failed(error: unknown): void {
    // Where a credential is missing nothing was tried, and whoever sets it now wants to use it now.
    if (!WAITS_FOR_PERSON.has(errorCode(error) ?? '')) {
      const pause = Math.min(RECONNECT_FIRST_MS * 2 ** this.#failures, this.#options.maxPauseMs)
      this.#failures = Math.min(this.#failures + 1, 16)
      this.#pauseUntil = Date.now() + pause * (0.5 + Math.random() / 2)
    }
    this.#note(error)
  }

  #note(error: unknown): void {
    const code = errorCode(error) ?? 'UPSTREAM_UNREACHABLE'
    this.#lastError = { code, message: error instanceof Error ? error.message : 'Unknown failure.', at: new Date() }
    this.#tell({ kind: 'state' })
  }

  /** Only for an upstream that was in use: its clients want to hear of changes without asking first. */
  #reopenLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        if (this.#stop.signal.aborted) return
        this.#connect(this.#stop.signal).catch(() => this.#reopenLater())
      },
      Math.max(this.#pauseUntil - Date.now(), 0),
    )
    this.#timer.unref()
  }

  /**
   * Which parameters of a tool go into headers is learnt with the lists of this very connection. Where these cannot be
   * read the server itself says what a call lacks.
   */
  async #list(connection: Connection, signal: AbortSignal): Promise<void> {
    const loaded = this.#lists.load(connection).catch(() => undefined)
    await orAbort(loaded, signal)
  }

  #tell(change: UpstreamChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}
