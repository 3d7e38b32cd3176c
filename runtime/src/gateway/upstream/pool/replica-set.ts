import { gatewayError } from '../../errors.ts'
import type { RpcResult } from '../../wire/rpc-result.ts'
import type { UpstreamIdentity } from '../reconnecting-upstream.ts'
import type {
  RunningProcess,
  Upstream,
  UpstreamCatalog,
  UpstreamChange,
  UpstreamKind,
  UpstreamRequest,
  UpstreamState,
} from '../upstream.ts'
import { CallQueue } from './call-queue.ts'
import { withDeadline } from './call-deadline.ts'
import { mayRepeat } from './judge-failure.ts'
import { type PoolLimits, RESTART_DRAIN_MS } from './limits.ts'
import type { PoolReadings, UpstreamPool } from './pool.ts'
import { isUntried } from './unsent.ts'
import { Replica, type ReplicaSpec } from './replica.ts'

const RANK: Readonly<Record<UpstreamState, number>> = { ready: 3, connecting: 2, failed: 1, idle: 0 }

/** Requests that bind what comes later to the connection they were sent over. */
const SUBSCRIPTIONS: ReadonlySet<string> = new Set(['resources/subscribe', 'resources/unsubscribe'])

/** One upstream in front of equal replicas: each call goes to the one with the fewest in flight. */
export class ReplicaSet implements Upstream, UpstreamPool {
  readonly id: string
  readonly installationId: string
  readonly pluginId: string
  readonly workspaceId: string
  readonly label: string
  readonly tags: readonly string[] | undefined
  readonly kind: UpstreamKind
  readonly #owner: string | undefined
  readonly #limits: PoolLimits
  readonly #replicas: readonly Replica[]
  readonly #queue: CallQueue
  readonly #listeners = new Set<(change: UpstreamChange) => void>()
  readonly #free = (): Replica | undefined => this.#takeFree()
  #turn = 0
  #refused = 0
  #repeated = 0
  #shown: UpstreamCatalog | undefined
  /** Whose lists are shown; it told of its last change. */
  #source: Replica | undefined
  /** Where subscriptions of resources are. */
  #home: Replica | undefined
  #restarting: Promise<void> | undefined

  constructor(
    identity: UpstreamIdentity,
    specs: readonly ReplicaSpec[],
    options: { readonly kind: UpstreamKind; readonly limits: PoolLimits; readonly owner?: string | undefined },
  ) {
    const { id, installationId, pluginId, workspaceId, label, tags } = identity
    this.id = id
    this.installationId = installationId
    this.pluginId = pluginId
    this.workspaceId = workspaceId
    this.label = label
    this.tags = tags
    this.kind = options.kind
    this.#owner = options.owner
    this.#limits = options.limits
    this.#queue = new CallQueue(label, options.limits)
    this.#replicas = specs.map((spec) => new Replica(spec, options.limits, () => this.#serveQueue()))
    for (const replica of this.#replicas) replica.upstream.onChange((change) => this.#changed(replica, change))
  }

  state(): UpstreamState {
    const states = this.#replicas.map(({ upstream }) => upstream.state())
    return states.reduce((best, state) => (RANK[state] > RANK[best] ? state : best), 'idle')
  }

  lastError(): ReturnType<Upstream['lastError']> {
    const errors = this.#replicas.flatMap(({ upstream }) => upstream.lastError() ?? [])
    return errors.toSorted((left, right) => right.at.getTime() - left.at.getTime())[0]
  }

  process(): RunningProcess | undefined {
    return this.#replicas.map(({ upstream }) => upstream.process()).find((running) => running !== undefined)
  }

  pool(): UpstreamPool {
    return this
  }

  onChange(listener: (change: UpstreamChange) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** The lists of whoever changed last, else of the first that answers. */
  async catalog(signal: AbortSignal): Promise<UpstreamCatalog> {
    const standing = this.#replicas.toSorted((left, right) => (left.isBetterThan(right) ? -1 : 1))
    const asked = new Set(this.#source === undefined ? standing : [this.#source, ...standing])
    let failure: unknown
    for (const { upstream } of asked) {
      try {
        this.#shown = await upstream.catalog(signal)
        // Whoever looks at the lists is about to call.
        if (this.#replicas.length > 1) for (const replica of this.#replicas) replica.warm()
        return this.#shown
      } catch (error) {
        failure ??= error
        if (signal.aborted) break
      }
    }
    throw failure
  }

  async request(request: UpstreamRequest): Promise<RpcResult> {
    if (SUBSCRIPTIONS.has(request.method)) return this.#subscribe(request)
    const { callMs } = this.#limits
    if (callMs !== undefined) return withDeadline(request, this.label, callMs, (bounded) => this.#send(bounded))
    return this.#send(request)
  }

  readings(): PoolReadings {
    const { maxConcurrent, maxQueued } = this.#limits
    return {
      sharing: 'shared',
      maxConcurrent,
      maxQueued,
      queued: this.#queue.size,
      busy: this.#queue.busy(),
      refused: this.#refused,
      repeated: this.#repeated,
      opened: this.#replicas.reduce((sum, { breaker }) => sum + breaker.opened(), 0),
      reconnects: this.#replicas.reduce((sum, { upstream }) => sum + upstream.reconnects(), 0),
      replicas: this.#replicas.map((replica) => replica.readings(this.#owner)),
    }
  }

  drain(name: string): void {
    this.#find(name).draining = true
    if (this.#replicas.every(({ draining }) => draining)) this.#queue.refuseAll(() => this.#noReplica())
    this.#tell({ kind: 'state' })
  }

  resume(name: string): void {
    this.#find(name).draining = false
    this.#serveQueue()
    this.#tell({ kind: 'state' })
  }

  restart(): Promise<void> {
    this.#restarting ??= this.#restartAll().finally(() => (this.#restarting = undefined))
    return this.#restarting
  }

  /** Calls under way or waiting. */
  outstanding(): number {
    return this.#replicas.reduce((sum, { calls }) => sum + calls, this.#queue.size)
  }

  /** Closes all connections; the next request opens them again. */
  async rest(): Promise<void> {
    await Promise.all(this.#replicas.map(({ upstream }) => upstream.rest()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear()
    this.#queue.refuseAll(() =>
      gatewayError('UPSTREAM_CLOSED', `Expected the upstream ${this.id} to stay, found it removed.`),
    )
    await Promise.all(this.#replicas.map(({ upstream }) => upstream[Symbol.asyncDispose]()))
  }

  async #send(request: UpstreamRequest): Promise<RpcResult> {
    for (let repeated = 0; ; repeated += 1) {
      const replica = (this.#queue.size === 0 ? this.#takeFree() : undefined) ?? (await this.#waitForFree(request))
      try {
        return await replica.send(request)
      } catch (error) {
        if (repeated >= this.#limits.retries || !this.#mayRepeat(request, error)) throw error
        this.#repeated += 1
      }
    }
  }

  #mayRepeat(request: UpstreamRequest, error: unknown): boolean {
    // A replica that waits for its next attempt to connect would say the same again.
    if (isUntried(error)) return this.#replicas.length > 1 && !request.signal.aborted
    return mayRepeat(request, error, this.#limits, this.#shown)
  }

  #takeFree(): Replica | undefined {
    const count = this.#replicas.length
    let best: Replica | undefined
    // Where several are as good, they take turns.
    this.#turn = this.#turn + 1 < count ? this.#turn + 1 : 0
    for (let step = 0; step < count; step += 1) {
      const replica = this.#replicas[(this.#turn + step) % count]
      if (replica?.isFree() === true && (best === undefined || replica.isBetterThan(best))) best = replica
    }
    best?.take()
    return best
  }

  #waitForFree({ signal }: UpstreamRequest): Promise<Replica> {
    const nobody = this.#nobodyWillBeFree()
    if (nobody === undefined) return this.#queue.wait(signal)
    this.#refused += 1
    return Promise.reject(nobody)
  }

  #serveQueue(): void {
    if (this.#queue.size === 0) return
    this.#queue.serve(this.#free)
    const nobody = this.#nobodyWillBeFree()
    if (nobody === undefined) return
    this.#refused += this.#queue.size
    this.#queue.refuseAll(() => nobody)
  }

  /** Why waiting is in vain: every replica is drained, or its breaker is open. */
  #nobodyWillBeFree(): Error | undefined {
    const inUse = this.#replicas.filter(({ draining }) => !draining)
    if (inUse.length === 0) return this.#noReplica()
    if (!inUse.every(({ breaker, restarting }) => breaker.state() === 'open' && !restarting)) return undefined
    const retryAt = Math.min(...inUse.map(({ breaker }) => breaker.retryAt()))
    const last = this.lastError()
    const why = last === undefined ? 'its last calls got no answer' : `${last.code}: ${last.message}`
    return gatewayError(
      'UPSTREAM_OPEN',
      `Expected ${this.label} to answer, found it failing (${why}). It is tried again at ${new Date(retryAt).toISOString()}.`,
      { details: { retryAt: new Date(retryAt).toISOString(), retryAfterMs: Math.max(retryAt - Date.now(), 0) } },
    )
  }

  #noReplica(): Error {
    return gatewayError(
      'UPSTREAM_DRAINED',
      `Expected a replica of ${this.label} that takes calls, found all of them drained. Resume one with \`nexus upstream resume ${this.label}\`.`,
    )
  }

  /** Updates come over the connection that asked for them, so all subscriptions are at one replica. */
  async #subscribe(request: UpstreamRequest): Promise<RpcResult> {
    if (this.#home?.upstream.state() !== 'ready') {
      this.#home = this.#replicas.reduce((best, replica) => (replica.isBetterThan(best) ? replica : best))
    }
    return this.#home.upstream.request(request)
  }

  async #restartAll(): Promise<void> {
    for (const replica of this.#replicas) {
      replica.restarting = true
      try {
        await replica.idle(RESTART_DRAIN_MS)
        await replica.upstream.restart()
        replica.breaker.reset()
      } finally {
        replica.restarting = false
        this.#serveQueue()
      }
    }
  }

  #find(name: string): Replica {
    const found = this.#replicas.find((replica) => replica.name === name)
    if (found !== undefined) return found
    const names = this.#replicas.map((replica) => replica.name).join(', ')
    throw gatewayError('REPLICA_UNKNOWN', `Expected a replica of ${this.label} (${names}), found \`${name}\`.`)
  }

  #changed(replica: Replica, change: UpstreamChange): void {
    if (change.kind === 'state') {
      if (replica.upstream.state() === 'ready') {
        replica.breaker.reconnected()
        this.#serveQueue()
      }
    } else if (change.kind !== 'resource') this.#source = replica
    this.#tell(change)
  }

  #tell(change: UpstreamChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}
