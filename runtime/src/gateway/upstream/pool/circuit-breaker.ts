import { BREAKER_MEMORY, BREAKER_OPEN_MAX_MS, type PoolLimits } from './limits.ts'
import type { BreakerState } from './pool.ts'

/** What a fault was: a connection that broke, or an answer that did not come. */
export type Fault = 'loss' | 'timeout'

interface Noted {
  readonly at: number
  /** Calls that had gone well by then. */
  readonly successes: number
}

/** Stands for the trial that is about to begin. */
const RESERVED = -1

/**
 * Stops calling what does not answer. Opens when enough calls failed within the window and at least half of all calls
 * since the first of these did; a tool that always fails beside others that work stops nobody. While all is well it
 * costs two additions for each call.
 */
export class CircuitBreaker {
  readonly #limits: Pick<PoolLimits, 'breakerFaults' | 'breakerWindowMs' | 'breakerOpenMs'>
  #state: BreakerState = 'closed'
  #faults: Noted[] = []
  #entered = 0
  #successes = 0
  /** Calls up to this one shared the last loss: a broken connection fails all its calls and is one fault. */
  #lossCovers = 0
  #lastFault: Fault | undefined
  #retryAt = 0
  #inVain = 0
  #trial = 0
  #opened = 0

  constructor(limits: Pick<PoolLimits, 'breakerFaults' | 'breakerWindowMs' | 'breakerOpenMs'>) {
    this.#limits = limits
  }

  state(): BreakerState {
    return this.#state
  }

  /** When an open breaker lets a call through, milliseconds since the epoch. */
  retryAt(): number {
    return this.#retryAt
  }

  /** Times it opened. */
  opened(): number {
    return this.#opened
  }

  /** Whether a call may go through now. */
  allows(): boolean {
    if (this.#state === 'closed') return true
    if (this.#state === 'open') {
      if (Date.now() < this.#retryAt) return false
      this.#state = 'half-open'
      this.#trial = 0
    }
    return this.#trial === 0
  }

  /** A call that was allowed is about to go through: nobody else is let through beside a trial. */
  reserve(): void {
    if (this.#state === 'half-open') this.#trial = RESERVED
  }

  /** It goes through; the number stands for it. */
  enter(): number {
    this.#entered += 1
    if (this.#trial === RESERVED) this.#trial = this.#entered
    return this.#entered
  }

  /** It was answered, with a result or with an error of the upstream's own. */
  succeeded(call: number): void {
    this.#successes += 1
    if (this.#state === 'closed' || call !== this.#trial) return
    this.#state = 'closed'
    this.#faults = []
    this.#inVain = 0
  }

  /** It ended without saying anything about the upstream, for example because its caller cancelled it. */
  left(call: number): void {
    if (call === this.#trial) this.#trial = 0
  }

  failed(call: number, fault: Fault): void {
    if (this.#state === 'half-open') {
      if (call === this.#trial) this.#open(fault)
      return
    }
    if (this.#state === 'open') return
    if (fault === 'loss') {
      if (call <= this.#lossCovers) return
      this.#lossCovers = this.#entered
    }
    const now = Date.now()
    const since = now - this.#limits.breakerWindowMs
    this.#faults = this.#faults.filter(({ at }) => at > since).slice(-BREAKER_MEMORY)
    this.#faults.push({ at: now, successes: this.#successes })
    const well = this.#successes - (this.#faults[0]?.successes ?? 0)
    if (this.#faults.length >= this.#limits.breakerFaults && this.#faults.length >= well) this.#open(fault)
  }

  /** A new connection stands: after a loss that is worth a call, after silence it proves nothing. */
  reconnected(): void {
    if (this.#state === 'open' && this.#lastFault === 'loss') this.#retryAt = 0
  }

  /** Begins anew, as after a restart by hand. */
  reset(): void {
    this.#state = 'closed'
    this.#faults = []
    this.#inVain = 0
    this.#trial = 0
    this.#lossCovers = this.#entered
  }

  #open(fault: Fault): void {
    this.#state = 'open'
    this.#trial = 0
    this.#opened += 1
    this.#lastFault = fault
    this.#retryAt = Date.now() + Math.min(this.#limits.breakerOpenMs * 2 ** this.#inVain, BREAKER_OPEN_MAX_MS)
    this.#inVain = Math.min(this.#inVain + 1, 16)
  }
}
