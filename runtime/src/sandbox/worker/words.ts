import type { MessagePort } from 'node:worker_threads'
import type { EntryKind, Shape } from '../guest/wire.ts'

// The words between the main thread of a worker cell and its worker threads: plain numbers, strings and arrays of them.

/** What every thread of the pool is born with. */
export interface ThreadBirth {
  readonly pluginId: string
  readonly code: string
  readonly boot: string
  readonly shape: Shape
}

/** A call, as piscina hands it to the thread it chose: number, head and argument. */
export type CallTask = readonly [id: number, head: string, payload: string]

/** An entry for one certain thread: kind, id, text and the call it belongs to. */
export type ThreadEntry = readonly [kind: EntryKind, id: number, text: string, call: number]

/** First message of a thread to the pool: its end of the link. */
export interface ThreadHello {
  readonly threadId: number
  readonly link: MessagePort
}

/** From a thread: an entry begins. `threadMicroseconds` is the CPU time of the thread so far. */
export interface EntryBegan {
  readonly type: 'began'
  readonly call: number
  /** As in `entries`; 0 for the plugin's start. */
  readonly kind: number
  readonly threadMicroseconds: number
}

/** From a thread: an entry is over, microtasks included; or posts came that belong to no entry. */
export interface EntryEnded {
  readonly type: 'ended'
  readonly call: number
  /** As in `entries`; 0 for the plugin's start and for posts that belong to no entry. */
  readonly kind: number
  readonly microseconds: number
  readonly threadMicroseconds: number
  /** Members of posts, as the guest's outbox holds them. */
  readonly outbox: readonly unknown[]
  /** The entry threw: the error's message. */
  readonly failed: string | undefined
}

/** From a thread: a log line, progress or a message to the client, while code runs. */
export interface PostedNow {
  readonly type: 'posted'
  readonly post: readonly [kind: number, id: number, head: string, text: string, call: number]
}

export type ThreadMessage = EntryBegan | EntryEnded | PostedNow
