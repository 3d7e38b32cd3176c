import { personOf, type Principal } from '../../../identity/principal.ts'
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
import type { PoolLimits } from './limits.ts'
import type { PoolReadings, UpstreamPool } from './pool.ts'
import { ReplicaSet } from './replica-set.ts'
import type { ReplicaSpec } from './replica.ts'

/** Stands for the host itself, which reads the lists and holds the subscriptions. */
const HOST = 'host'

/** Whose pool serves a call: all tokens and sessions of a person share one. `undefined` is the host itself. */
function ownerOf(principal: Principal): string | undefined {
  return principal.id === 'system' ? undefined : personOf(principal)
}

interface UserPoolsOptions {
  readonly kind: UpstreamKind
  readonly limits: PoolLimits
  /** What a pool is made of; `owner` is absent for the host's. */
  readonly replicasOf: (owner: string | undefined) => readonly ReplicaSpec[]
}

interface UserPool {
  readonly set: ReplicaSet
  usedAt: number
}

/**
 * One upstream with a warm pool for each user, so that nothing of one user's connection can reach another. Lists are
 * those that the host itself sees. Pools nobody used for a while are closed, and there are never more than the limit.
 */
export class UserPools implements Upstream, UpstreamPool {
  readonly id: string
  readonly installationId: string
  readonly pluginId: string
  readonly workspaceId: string
  readonly label: string
  readonly tags: readonly string[] | undefined
  readonly kind: UpstreamKind
  readonly isPerUser = true
  readonly #identity: UpstreamIdentity
  readonly #options: UserPoolsOptions
  readonly #pools = new Map<string, UserPool>()
  /** Until a pool is gone its user gets no new one: never two processes for one user. */
  readonly #closing = new Map<string, Promise<void>>()
  readonly #listeners = new Set<(change: UpstreamChange) => void>()
  readonly #sweep: NodeJS.Timeout
  #busy = 0

  constructor(identity: UpstreamIdentity, options: UserPoolsOptions) {
    const { id, installationId, pluginId, workspaceId, label, tags } = identity
    this.id = id
    this.installationId = installationId
    this.pluginId = pluginId
    this.workspaceId = workspaceId
    this.label = label
    this.tags = tags
    this.kind = options.kind
    this.#identity = identity
    this.#options = options
    this.#sweep = setInterval(() => this.#closeIdle(), options.limits.userIdleMs / 4)
    this.#sweep.unref()
  }

  state(): UpstreamState {
    return this.#pools.get(HOST)?.set.state() ?? 'idle'
  }

  lastError(): ReturnType<Upstream['lastError']> {
    return this.#pools.get(HOST)?.set.lastError()
  }

  process(): RunningProcess | undefined {
    return this.#pools
      .values()
      .map(({ set }) => set.process())
      .find((running) => running !== undefined)
  }

  pool(): UpstreamPool {
    return this
  }

  onChange(listener: (change: UpstreamChange) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  async catalog(signal: AbortSignal): Promise<UpstreamCatalog> {
    return (await this.#poolOf(undefined)).set.catalog(signal)
  }

  async request(request: UpstreamRequest): Promise<RpcResult> {
    const pool = await this.#poolOf(ownerOf(request.principal))
    pool.usedAt = Date.now()
    return pool.set.request(request)
  }

  readings(): PoolReadings {
    const readings = [...this.#pools.values()].map(({ set }) => set.readings())
    const sum = (read: (one: PoolReadings) => number) => readings.reduce((total, one) => total + read(one), 0)
    const { maxConcurrent, maxQueued } = this.#options.limits
    return {
      sharing: 'perUser',
      maxConcurrent,
      maxQueued,
      queued: sum(({ queued }) => queued),
      busy: sum(({ busy }) => busy) + this.#busy,
      refused: sum(({ refused }) => refused),
      repeated: sum(({ repeated }) => repeated),
      opened: sum(({ opened }) => opened),
      reconnects: sum(({ reconnects }) => reconnects),
      replicas: readings.flatMap(({ replicas }) => replicas),
    }
  }

  drain(replica: string): void {
    this.#setOf(replica).drain(replica)
  }

  resume(replica: string): void {
    this.#setOf(replica).resume(replica)
  }

  async restart(): Promise<void> {
    await Promise.all(this.#pools.values().map(({ set }) => set.restart()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep)
    this.#listeners.clear()
    for (const owner of this.#pools.keys()) this.#close(owner)
    await Promise.all(this.#closing.values())
  }

  async #poolOf(owner: string | undefined): Promise<UserPool> {
    const key = owner ?? HOST
    await this.#closing.get(key)
    const known = this.#pools.get(key)
    if (known !== undefined) return known
    if (this.#pools.size >= this.#options.limits.maxUsers) this.#makeRoom()
    const { kind, limits, replicasOf } = this.#options
    const replicas = replicasOf(owner).map((spec) => ({ ...spec, name: `${key}/${spec.name}` }))
    const set = new ReplicaSet(this.#identity, replicas, { kind, limits, owner: key })
    // What a user's own connection tells is that user's business; the lists are the host's.
    set.onChange((change) => {
      if (owner === undefined || change.kind === 'state') this.#tell(change)
    })
    const pool = { set, usedAt: Date.now() }
    this.#pools.set(key, pool)
    return pool
  }

  #makeRoom(): void {
    const idle = [...this.#pools].filter(([, { set }]) => set.outstanding() === 0)
    const [oldest] = idle.toSorted(([, left], [, right]) => left.usedAt - right.usedAt)
    if (oldest !== undefined) return this.#close(oldest[0])
    this.#busy += 1
    const { maxUsers } = this.#options.limits
    throw gatewayError(
      'UPSTREAM_BUSY',
      `Expected at most ${maxUsers} users of ${this.label} at once (maxUsers), found as many with calls in flight. Try again, or raise the limit in the settings of the installation.`,
      { details: { limit: 'maxUsers', value: maxUsers } },
    )
  }

  #closeIdle(): void {
    const since = Date.now() - this.#options.limits.userIdleMs
    for (const [owner, { set, usedAt }] of this.#pools) {
      // The host's pool goes quiet, and keeps the lists.
      if (usedAt > since || set.outstanding() > 0) continue
      if (owner !== HOST) this.#close(owner)
      else if (this.kind === 'process' && set.state() === 'ready') void set.rest()
    }
  }

  #close(owner: string): void {
    const pool = this.#pools.get(owner)
    if (pool === undefined) return
    this.#pools.delete(owner)
    const closing = pool.set[Symbol.asyncDispose]().finally(() => this.#closing.delete(owner))
    this.#closing.set(owner, closing)
  }

  #setOf(replica: string): ReplicaSet {
    const pool = this.#pools.get(replica.slice(0, replica.lastIndexOf('/')))
    if (pool !== undefined) return pool.set
    throw gatewayError('REPLICA_UNKNOWN', `Expected a replica of ${this.label}, found none named \`${replica}\`.`)
  }

  #tell(change: UpstreamChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}
