import { CONNECT_MS } from '../../limits.ts'
import type { RpcResult } from '../../wire/rpc-result.ts'
import type { ReconnectingUpstream } from '../reconnecting-upstream.ts'
import type { UpstreamRequest } from '../upstream.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { judgeFailure } from './judge-failure.ts'
import { LentPlace } from './lent-place.ts'
import type { PoolLimits } from './limits.ts'
import type { ReplicaReadings } from './pool.ts'

/** One of the equal servers behind an upstream. */
export interface ReplicaSpec {
  /** Unique within the upstream. */
  readonly name: string
  readonly address?: string
  readonly upstream: ReconnectingUpstream
}

const RANK = { ready: 0, idle: 1, connecting: 1, failed: 2 } as const

/** A replica with its bulkhead and its breaker. */
export class Replica {
  readonly name: string
  readonly upstream: ReconnectingUpstream
  readonly breaker: CircuitBreaker
  /** No new calls by an operator's wish. */
  draining = false
  /** No new calls until it is back; they wait. */
  restarting = false
  readonly #spec: ReplicaSpec
  readonly #limits: PoolLimits
  readonly #left: () => void
  /** Places that are taken. */
  #outstanding = 0
  /** Calls under way, those that lent their place included. */
  #calls = 0
  #waitingForIdle: (() => void) | undefined

  constructor(spec: ReplicaSpec, limits: PoolLimits, left: () => void) {
    this.name = spec.name
    this.upstream = spec.upstream
    this.breaker = new CircuitBreaker(limits)
    this.#spec = spec
    this.#limits = limits
    this.#left = left
  }

  get outstanding(): number {
    return this.#outstanding
  }

  /** Calls under way, those whose client is being asked included. */
  get calls(): number {
    return Math.max(this.#calls, this.#outstanding)
  }

  isFree(): boolean {
    if (this.draining || this.restarting || this.#outstanding >= this.#limits.maxConcurrent) return false
    return this.breaker.allows()
  }

  /** Fewer calls in flight is better, and one that stands better than one that has to be opened again. */
  isBetterThan(other: Replica): boolean {
    const difference = RANK[this.upstream.state()] - RANK[other.upstream.state()]
    return difference === 0 ? this.#outstanding < other.#outstanding : difference < 0
  }

  /** Reserves a place for a call, which `send` gives back. */
  take(): void {
    this.#outstanding += 1
    this.breaker.reserve()
  }

  async send(request: UpstreamRequest): Promise<RpcResult> {
    const call = this.breaker.enter()
    this.#calls += 1
    // Most calls can ask nobody: they cost no more than the counters.
    const place = request.onRequest === undefined ? undefined : this.#lendable(request)
    try {
      const result = await this.upstream.request(place?.request ?? request)
      this.breaker.succeeded(call)
      return result
    } catch (error) {
      const said = place?.isInterrupted() === true ? 'nothing' : judgeFailure(error)
      if (said === 'answered') this.breaker.succeeded(call)
      else if (said === 'nothing') this.breaker.left(call)
      else this.breaker.failed(call, said)
      throw error
    } finally {
      this.#calls -= 1
      if (place === undefined) this.#leave()
      else place.end()
      if (this.calls === 0) this.#waitingForIdle?.()
    }
  }

  /** Resolves when no call is in flight, or after `ms`. */
  async idle(ms: number): Promise<void> {
    if (this.calls === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waitingForIdle = resolve
    const timer = setTimeout(resolve, ms)
    await promise
    clearTimeout(timer)
    this.#waitingForIdle = undefined
  }

  /** Opens the connection and reads the lists, in the background. A failure shows in the readings and is tried again. */
  warm(): void {
    if (this.upstream.state() !== 'idle') return
    void this.upstream.catalog(AbortSignal.timeout(CONNECT_MS)).catch(() => undefined)
  }

  #lendable(request: UpstreamRequest): LentPlace {
    return new LentPlace(
      request,
      () => this.#leave(),
      () => (this.#outstanding += 1),
    )
  }

  #leave(): void {
    this.#outstanding -= 1
    this.#left()
  }

  readings(owner: string | undefined): ReplicaReadings {
    const breaker = this.breaker.state()
    return {
      name: this.name,
      address: this.#spec.address,
      owner,
      state: this.upstream.state(),
      breaker,
      retryAt: breaker === 'open' ? new Date(this.breaker.retryAt()) : undefined,
      draining: this.draining,
      outstanding: this.#outstanding,
      lastError: this.upstream.lastError(),
    }
  }
}
