import type { MessagePort, Worker } from 'node:worker_threads'
import { createMinuteWindow } from '../../cell/minute-window.ts'
import type { CellLimits, ClosedHead, OpenHead } from '../../cell/cell-limits.ts'
import type { CpuMeter } from '../../cell/cpu-meter.ts'
import { MAX_MESSAGE_CHARACTERS } from '../../cell/limits.ts'
import { createOutboxReader } from '../../cell/tenant-outbox.ts'
import { createPostHandler } from '../../cell/tenant-posts.ts'
import { type Send, type TenantState, createTenantState } from '../../cell/tenant-state.ts'
import { frameKinds } from '../../channel/frame.ts'
import { entries } from '../../guest/wire.ts'
import type { EntryBegan, EntryEnded, PostedNow, ThreadEntry, ThreadMessage } from '../words.ts'
import { type ThreadWatch, createThreadWatch } from './thread-watch.ts'

export interface ThreadParts {
  readonly worker: Worker
  readonly link: MessagePort
  readonly open: OpenHead
  /** Shared by all threads of the installation. */
  readonly meter: CpuMeter
  readonly send: Send
  /** True once for a call that was cancelled before its thread began it. */
  readonly wasCancelled: (call: number) => boolean
  readonly end: (why: ClosedHead) => void
  readonly touch: () => void
}

/** The main thread's side of one worker thread: what it runs, what it used, and what the guest in it posts. */
export class Thread {
  readonly state: TenantState = createTenantState()
  readonly watch: ThreadWatch
  readonly #parts: ThreadParts
  readonly #post: (...post: PostedNow['post']) => unknown
  readonly #read: (outbox: unknown) => void
  readonly #stopped = Promise.withResolvers<void>()
  #running = 0

  constructor(parts: ThreadParts) {
    const { worker, link, meter, open, send } = parts
    const { limits } = open
    const { state } = this
    this.#parts = parts
    this.watch = createThreadWatch({
      worker,
      budgetMs: () => meter.leftMs(this.#running),
      onOverrun: () => this.#overrun(),
    })
    const logBytes = createMinuteWindow(limits.logBytesPerMinute, Date.now)
    this.#post = createPostHandler({ state, limits, logBytes, send })
    this.#read = createOutboxReader({
      state,
      limits,
      send,
      callMicroseconds: meter.callMicroseconds,
      fireTimer: (id, call) => this.#enter(entries.timer, id, '', this.#payer(call)),
      refuse: (id, code, limit) => this.#refuse(id, code, limit),
    })
    link.on('message', (message: ThreadMessage) => this.#hear(message))
  }

  /** False when this thread does not serve the call. */
  cancel(call: number): boolean {
    if (!this.state.calls.delete(call)) return false
    this.#parts.meter.forget(call)
    this.#enter(entries.cancel, call, '', 0)
    return true
  }

  settle(id: number, failed: boolean, text: string): void {
    const call = this.state.capabilities.get(id)
    if (call === undefined) return
    this.state.capabilities.delete(id)
    this.#enter(failed ? entries.capabilityFailed : entries.capabilityAnswered, id, text, this.#payer(call))
  }

  /** Lets the plugin dispose what it registered. */
  async stop(): Promise<void> {
    for (const timer of this.state.timers.values()) clearTimeout(timer)
    if (!this.state.ready) return
    this.#enter(entries.stop, 0, '', 0)
    await this.#stopped.promise
  }

  #enter(...entry: ThreadEntry): void {
    this.#parts.touch()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker threads, not a window
    this.#parts.link.postMessage(entry)
  }

  /** A call that is over pays no more. */
  #payer(call: number): number {
    return this.state.calls.has(call) ? call : 0
  }

  #refuse(id: number, code: string, limit: keyof CellLimits): void {
    const message = `Expected at most ${this.#parts.open.limits[limit]} (${limit}), found more.`
    this.#enter(entries.capabilityFailed, id, JSON.stringify({ code, message }), 0)
  }

  #overrun(): void {
    const { limit, value } = this.#parts.meter.exhausted(this.#running)
    const message = `Expected at most ${value} ms of CPU time (${limit}), found more.`
    this.#parts.end({ code: 'SANDBOX_CPU', message, limit, value })
  }

  #hear(message: ThreadMessage): void {
    this.#parts.touch()
    if (message.type === 'began') this.#began(message)
    else if (message.type === 'ended') this.#ended(message)
    else this.#post(...message.post)
  }

  #began({ call, kind, threadMicroseconds }: EntryBegan): void {
    const isCall = kind === entries.call
    this.#running = call
    this.watch.turned(threadMicroseconds)
    if (isCall) this.state.calls.set(call, { capabilities: 0, progress: 0, messages: 0 })
    if (this.#parts.meter.leftMs(call) <= 0) this.#overrun()
    else if (isCall && this.#parts.wasCancelled(call)) this.cancel(call)
  }

  #ended({ call, kind, microseconds, threadMicroseconds, outbox, failed }: EntryEnded): void {
    const { meter } = this.#parts
    this.#running = 0
    this.watch.turned(threadMicroseconds)
    meter.add(call, microseconds)
    this.#read(outbox)
    if (failed !== undefined) this.#threw(call, failed.slice(0, MAX_MESSAGE_CHARACTERS))
    if (!this.state.calls.has(call)) meter.forget(call)
    if (kind === entries.stop) this.#stopped.resolve()
  }

  #threw(call: number, message: string): void {
    const { meter, send, end } = this.#parts
    if (!this.state.ready) end({ code: 'SANDBOX_START_FAILED', message })
    else if (this.state.calls.delete(call)) {
      const used = Math.round(meter.callMicroseconds(call))
      send(frameKinds.failed, call, `PLUGIN_ERROR ${used}`, JSON.stringify({ message }))
    }
  }
}
