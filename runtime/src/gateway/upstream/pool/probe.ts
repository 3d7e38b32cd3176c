import { PROBE_ANSWER_MS, PROBE_MISSES, PROBE_UNUSED_INTERVALS } from './limits.ts'

/** What is known of a connection without asking it. */
export interface Pulse {
  /** Requests sent so far. */
  asked(): number
  /** Answers so far, with a result or with an error of the upstream's own. */
  answered(): number
}

interface ProbeOptions extends Pulse {
  readonly everyMs: number
  /** Asks; rejects when there was no answer. Any answer will do. */
  readonly ask: (signal: AbortSignal) => Promise<unknown>
  /** Whether silence means anything now: a busy process with one thread cannot answer while it works. */
  readonly isTelling: () => boolean
  readonly lost: () => void
}

/**
 * Asks a quiet connection now and then whether it still lives: a half-open one looks like a slow one until somebody asks.
 * Traffic is proof enough, and an upstream that nobody uses is left alone.
 */
export class Probe implements Disposable {
  readonly #options: ProbeOptions
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #asked = 0
  #answered = 0
  #unused = 0
  #misses = 0

  constructor(options: ProbeOptions) {
    this.#options = options
    this.#later()
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    clearTimeout(this.#timer)
  }

  #later(): void {
    if (this.#stop.signal.aborted) return
    // Jitter: many upstreams that were opened together are not asked together.
    this.#timer = setTimeout(() => void this.#beat(), this.#options.everyMs * (0.75 + Math.random() / 2))
    this.#timer.unref()
  }

  async #beat(): Promise<void> {
    const { asked, answered, isTelling, lost } = this.#options
    this.#unused = asked() === this.#asked ? this.#unused + 1 : 0
    const isQuiet = answered() === this.#answered
    this.#asked = asked()
    this.#answered = answered()
    if (isQuiet && this.#unused <= PROBE_UNUSED_INTERVALS && isTelling()) {
      this.#misses = 0
      while (this.#misses < PROBE_MISSES && !(await this.#isAlive())) this.#misses += 1
      if (this.#stop.signal.aborted) return
      if (this.#misses === PROBE_MISSES && isTelling()) return lost()
    }
    this.#later()
  }

  async #isAlive(): Promise<boolean> {
    const { ask, answered, everyMs } = this.#options
    const before = answered()
    const limit = AbortSignal.timeout(Math.min(everyMs, PROBE_ANSWER_MS))
    try {
      await ask(AbortSignal.any([limit, this.#stop.signal]))
      return true
    } catch {
      // A refusal is an answer; and so is one to somebody else's request meanwhile.
      return !limit.aborted || answered() !== before
    }
  }
}
