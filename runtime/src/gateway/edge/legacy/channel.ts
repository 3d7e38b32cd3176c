import { RESUME_PAUSE_MS } from '../../limits.ts'
import type { JsonText } from '../../wire/result-text.ts'
import type { EventStream } from '../answer.ts'
import type { Replay } from './replay.ts'

/** Where an event stands: which channel, and how many came before it there. */
export interface EventPlace {
  readonly channel: string
  readonly sequence: number
}

/** Reads a `Last-Event-ID`; `undefined` when it is none of ours. */
export function readEventId(text: string): EventPlace | undefined {
  const [, channel, sequence] = /^([0-9a-z]{1,10})-(\d{1,12})$/.exec(text) ?? []
  return channel === undefined ? undefined : { channel, sequence: Number(sequence) }
}

interface ChannelOptions {
  /** Unique within the session. */
  readonly id: string
  /** Where events are kept; absent in revisions without event ids, whose streams end with their connection. */
  readonly replay: Replay | undefined
  /** Whether the client knows events that carry an id and no message (2025-11-25 on). */
  readonly primes: boolean
  /** Told when the connection is gone and none has taken its place. */
  readonly onDetached?: () => void
}

/**
 * A stream of messages to one client that outlives its connections: each event has an id, and a client that lost the
 * connection takes the stream up behind the last event it saw. No event ever goes into another channel or session.
 */
export class Channel {
  readonly id: string
  readonly #options: ChannelOptions
  #stream: EventStream | undefined
  #sequence = 0
  #known = false
  #ended = false

  constructor(options: ChannelOptions) {
    this.id = options.id
    this.#options = options
  }

  isAttached(): boolean {
    return this.#stream !== undefined
  }

  hasEnded(): boolean {
    return this.#ended
  }

  /** Starts with a new connection. Events of the one before are not asked for. */
  attach(stream: EventStream): void {
    const { replay, primes } = this.#options
    replay?.forget(this.id)
    this.#replaceStream(stream)
    if (replay !== undefined && primes) stream.prime(this.#eventId(this.#sequence), RESUME_PAUSE_MS)
  }

  /** Goes on with a new connection, behind the event the client saw last. */
  resume(stream: EventStream, sequence: number): void {
    this.#replaceStream(stream)
    for (const event of this.#options.replay?.after(this.id, sequence) ?? []) {
      stream.sendText(event.text, this.#eventId(event.sequence))
    }
    if (this.#ended) stream.end()
  }

  /** A connection is gone; it may have been replaced before. */
  detach(stream: EventStream): void {
    if (this.#stream !== stream) return
    this.#stream = undefined
    this.#options.onDetached?.()
  }

  /** The next message. A client that never opened the stream misses it; one that lost it finds it when it comes back. */
  send(text: JsonText): void {
    if (!this.#known) return
    const { replay } = this.#options
    this.#sequence += 1
    replay?.keep(this.id, this.#sequence, text)
    this.#stream?.sendText(text, replay === undefined ? undefined : this.#eventId(this.#sequence))
  }

  /** No message follows; what was kept stays for a client that comes back. */
  end(): void {
    this.#ended = true
    this.#stream?.end()
  }

  #replaceStream(stream: EventStream): void {
    const before = this.#stream
    this.#stream = stream
    this.#known = true
    before?.end()
  }

  #eventId(sequence: number): string {
    return `${this.id}-${sequence}`
  }
}
