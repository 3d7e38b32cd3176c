import type { ServerResponse } from 'node:http'
import type { JsonObject } from '@nexus/plugin-api'
import type { RpcId } from '../../json-rpc.ts'
import { PRIME_AFTER_MS, RESUME_MS } from '../../limits.ts'
import { type JsonText, jsonText } from '../../wire/result-text.ts'
import type { JsonPieces } from '../../wire/rpc-result.ts'
import { type Answer, acceptsStream, type OnDropped, onGone, openEventStream, sendJsonText } from '../answer.ts'
import type { Channel } from './channel.ts'
import type { Session } from './session.ts'

interface PostAnswerOptions {
  readonly session: Session
  readonly response: ServerResponse
  readonly accept: string | undefined
  /** The requests that are answered; cancelled when the client is lost for good. */
  readonly requestIds: readonly RpcId[]
  /** How long a lost client may take to come back; `RESUME_MS` unless told. */
  readonly resumeMs?: number
  readonly onDropped: OnDropped
}

/** `[a,b]` of the messages of a batch. */
function batchPieces(messages: readonly JsonText[]): JsonPieces {
  return ['[', ...messages.flatMap(({ pieces }, index) => (index === 0 ? pieces : [',', ...pieces])), ']']
}

/**
 * The answer to one POST of a session: plain JSON when it is there soon and alone, else a channel, which the client can
 * take up again after its connection broke. That it broke is no cancellation; that nobody came back is.
 */
export class PostAnswer implements Answer {
  readonly canStream: boolean
  readonly #options: PostAnswerOptions
  readonly #primer: NodeJS.Timeout | undefined
  #channel: Channel | undefined
  #patience: NodeJS.Timeout | undefined
  #ended = false

  constructor(options: PostAnswerOptions) {
    const { accept, session, response } = options
    this.#options = options
    this.canStream = acceptsStream(accept)
    if (this.canStream && session.streams.primes) this.#primer = setTimeout(() => this.#open(), PRIME_AFTER_MS)
    onGone(response, () => {
      if (!this.#ended && this.#channel === undefined) this.#waitForReturn()
    })
  }

  send(message: JsonObject): void {
    if (this.canStream) this.#open()?.send(jsonText(message))
  }

  end(message: JsonText, status = 200): void {
    this.#finish([message], message.pieces, status)
  }

  endBatch(messages: readonly JsonText[]): void {
    this.#finish(messages, batchPieces(messages), 200)
  }

  /** For a body that asked for nothing. */
  endEmpty(): void {
    this.#ended = true
    clearTimeout(this.#primer)
    this.#options.response.writeHead(202).end()
  }

  #finish(messages: readonly JsonText[], plain: JsonPieces, status: number): void {
    const { response, onDropped } = this.#options
    this.#ended = true
    clearTimeout(this.#primer)
    clearTimeout(this.#patience)
    if (this.#channel === undefined) return sendJsonText(response, status, plain, {}, onDropped)
    for (const message of messages) this.#channel.send(message)
    this.#channel.end()
    this.#waitForReturn()
  }

  #open(): Channel | undefined {
    const { session, response, onDropped } = this.#options
    // A client that left before it saw an event id has nothing to come back with.
    if (this.#channel !== undefined || response.destroyed) return this.#channel
    this.#channel = session.streams.open(() => this.#waitForReturn())
    connect(this.#channel, response, { onDropped })
    return this.#channel
  }

  /** Nobody is connected: what is kept is forgotten, and what runs is ended, unless the client comes back in time. */
  #waitForReturn(): void {
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#giveUp(), this.#options.resumeMs ?? RESUME_MS)
    this.#patience.unref()
  }

  #giveUp(): void {
    const { session, requestIds } = this.#options
    if (this.#channel?.isAttached() === true) return
    if (this.#channel !== undefined) session.streams.forget(this.#channel)
    if (this.#ended) return
    for (const id of requestIds) session.cancel(id, 'the client was lost and did not come back')
  }
}

interface ConnectOptions {
  readonly onDropped: OnDropped
  /** Number of the event that the client saw last; absent for a stream from its start. */
  readonly after?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Opens an event stream and binds a channel to it for as long as the connection lasts. */
export function connect(channel: Channel, response: ServerResponse, options: ConnectOptions): void {
  const stream = openEventStream(response, options.headers ?? {}, options.onDropped)
  if (options.after === undefined) channel.attach(stream)
  else channel.resume(stream, options.after)
  onGone(response, () => channel.detach(stream))
}
