import type { MessagePort, Worker } from 'node:worker_threads'
import { createMinuteWindow } from '../../cell/minute-window.ts'
import type { ClosedHead, OpenHead } from '../../cell/cell-limits.ts'
import type { CpuMeter } from '../../cell/cpu-meter.ts'
import { MAX_MESSAGE_CHARACTERS } from '../../cell/limits.ts'
import { createOutboxReader } from '../../cell/tenant-outbox.ts'
import { createPostHandler } from '../../cell/tenant-posts.ts'
import { type Send, type TenantState, createTenantState } from '../../cell/tenant-state.ts'
import { frameKinds } from '../../channel/frame.ts'
import { entries } from '../../guest/wire.ts'
import type { EntryBegan, EntryEnded, ThreadEntry, ThreadMessage } from '../words.ts'
import { type ThreadWatch, createThreadWatch } from './thread-watch.ts'

/** The main thread's side of one worker thread. */
export interface Thread {
  readonly state: TenantState
  readonly watch: ThreadWatch
  cancel(call: number): boolean
  settle(capability: number, failed: boolean, text: string): void
  /** Lets the plugin dispose what it registered. */
  stop(): Promise<void>
}

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

/** Follows one thread: what it runs, what it used, and what the guest in it posts. */
export function createThread(parts: ThreadParts): Thread {
  const { link, meter, open, send } = parts
  const { limits } = open
  const state = createTenantState()
  let running = 0
  const stopped = Promise.withResolvers<void>()
  const enter = (...entry: ThreadEntry): void => {
    parts.touch()
    link.postMessage(entry)
  }
  const overrun = (): void => {
    const { limit, value } = meter.exhausted(running)
    const message = `Expected at most ${value} ms of CPU time (${limit}), found more.`
    parts.end({ code: 'SANDBOX_CPU', message, limit, value })
  }
  const watch = createThreadWatch({ worker: parts.worker, budgetMs: () => meter.leftMs(running), onOverrun: overrun })
  const post = createPostHandler({
    state,
    limits,
    logBytes: createMinuteWindow(limits.logBytesPerMinute, Date.now),
    send,
  })
  const read = createOutboxReader({
    state,
    limits,
    send,
    callMicroseconds: meter.callMicroseconds,
    fireTimer: (id, call) => enter(entries.timer, id, '', state.calls.has(call) ? call : 0),
    refuse(id, code, limit) {
      const message = `Expected at most ${limits[limit]} (${limit}), found more.`
      enter(entries.capabilityFailed, id, JSON.stringify({ code, message }), 0)
    },
  })
  const cancel = (call: number): boolean => {
    if (!state.calls.delete(call)) return false
    meter.forget(call)
    enter(entries.cancel, call, '', 0)
    return true
  }
  const began = ({ call, kind, threadMicroseconds }: EntryBegan): void => {
    const isCall = kind === entries.call
    running = call
    watch.turned(threadMicroseconds)
    if (isCall) state.calls.set(call, { capabilities: 0, progress: 0 })
    if (meter.leftMs(call) <= 0) overrun()
    else if (isCall && parts.wasCancelled(call)) cancel(call)
  }
  const ended = (message: EntryEnded): void => {
    running = 0
    watch.turned(message.threadMicroseconds)
    meter.add(message.call, message.microseconds)
    read(message.outbox)
    if (message.failed !== undefined) threw(message.call, message.failed)
    if (!state.calls.has(message.call)) meter.forget(message.call)
    if (message.kind === entries.stop) stopped.resolve()
  }
  const threw = (call: number, text: string): void => {
    const message = text.slice(0, MAX_MESSAGE_CHARACTERS)
    if (!state.ready) parts.end({ code: 'SANDBOX_START_FAILED', message })
    else if (state.calls.delete(call))
      send(
        frameKinds.failed,
        call,
        `PLUGIN_ERROR ${Math.round(meter.callMicroseconds(call))}`,
        JSON.stringify({ message }),
      )
  }
  link.on('message', (message: ThreadMessage) => {
    parts.touch()
    if (message.type === 'began') began(message)
    else if (message.type === 'ended') ended(message)
    else post(...message.post)
  })
  return {
    state,
    watch,
    cancel,
    settle(id, failed, text) {
      const call = state.capabilities.get(id)
      if (call === undefined) return
      state.capabilities.delete(id)
      const payer = state.calls.has(call) ? call : 0
      enter(failed ? entries.capabilityFailed : entries.capabilityAnswered, id, text, payer)
    },
    stop() {
      for (const timer of state.timers.values()) clearTimeout(timer)
      if (state.ready) enter(entries.stop, 0, '', 0)
      else stopped.resolve()
      return stopped.promise
    },
  }
}
