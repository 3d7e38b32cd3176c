import { MAX_SESSION_CHANNELS } from '../../limits.ts'
import { Channel } from './channel.ts'
import { Replay, type ReplayBudget } from './replay.ts'

/** The channel of what the client did not ask for. */
const NOTICES = '0'

interface StreamsOptions {
  /** What may be kept for a client that comes back; absent where streams end with their connection. */
  readonly budget: ReplayBudget | undefined
  /** Whether the client knows events that have an id and no message. */
  readonly primes: boolean
  /** The client lost the stream of notices. */
  readonly onNoticesDetached: () => void
}

/** All event streams of one session, and what is kept of them. */
export class SessionStreams {
  /** What the client did not ask for; over HTTP+SSE everything. */
  readonly notices: Channel
  readonly primes: boolean
  readonly #replay: Replay | undefined
  readonly #channels = new Map<string, Channel>()
  #opened = 0

  constructor({ budget, primes, onNoticesDetached }: StreamsOptions) {
    this.primes = primes
    this.#replay = budget === undefined ? undefined : new Replay(budget)
    this.notices = this.#add(NOTICES, onNoticesDetached)
  }

  /** A channel for the messages of one POST; the oldest whose answer was given makes room. */
  open(onDetached: () => void): Channel {
    if (this.#channels.size >= MAX_SESSION_CHANNELS) {
      const oldest = this.#channels.values().find((one) => one.hasEnded())
      if (oldest !== undefined) this.forget(oldest)
    }
    this.#opened += 1
    return this.#add(this.#opened.toString(36), onDetached)
  }

  get(id: string): Channel | undefined {
    return this.#channels.get(id)
  }

  forget(channel: Channel): void {
    this.#channels.delete(channel.id)
    this.#replay?.forget(channel.id)
  }

  /** The session is over: its calls are cancelled, and the other channels end with what these answer. */
  end(): void {
    this.notices.end()
    this.#channels.clear()
    this.#replay?.clear()
  }

  #add(id: string, onDetached: () => void): Channel {
    const channel = new Channel({ id, replay: this.#replay, primes: this.primes, onDetached })
    this.#channels.set(id, channel)
    return channel
  }
}
