import { frameKinds } from '../channel/frame.ts'
import { entries } from '../guest/wire.ts'
import { createMinuteWindow } from './minute-window.ts'
import type { CellLimits } from './cell-limits.ts'
import { COLLECT_AFTER_MS, MAX_MESSAGE_CHARACTERS } from './limits.ts'
import { startPlugin } from './start-plugin.ts'
import {
  type TenantCore,
  type TenantParts,
  createTenantCore,
  endTenant,
  enterGuest,
  onCatastrophe,
} from './tenant-core.ts'
import { createOutboxReader } from './tenant-outbox.ts'
import { createPostHandler } from './tenant-posts.ts'
import { type VirtualClock, createVirtualClock } from './virtual-clock.ts'

/** One installation's isolate in this cell. */
export interface Tenant {
  call(id: number, head: string, payload: string): void
  cancel(id: number): void
  settle(id: number, failed: boolean, text: string): void
  /** Moves the clock of a sandbox under test; `advanced` tells the host when what was due is done. */
  advance(id: number, ms: number): void
  /** Lets the plugin dispose what it registered, then ends the isolate. */
  close(): void
  check(now: number): void
  isRunning(): boolean
  usage(now: number): { readonly cpuMicroseconds: number; readonly heapBytes: number; readonly runningMs: number }
}

/** Starts the plugin in its room; the outcome arrives at the host as `opened`, `failed` or `closed`. */
export function openTenant(parts: TenantParts): Tenant {
  const core = createTenantCore(parts)
  const { state, runner } = core
  const { limits, shape } = parts.open
  if (shape.clockMs !== undefined) state.clock = clockOf(core, shape.clockMs)
  core.onOutbox = createOutboxReader({
    state,
    limits,
    send: parts.send,
    callMicroseconds: core.meter.callMicroseconds,
    fireTimer: (id, call) => enterGuest(core, call, { kind: entries.timer, id }),
    refuse: (id, code, limit) => refuse(core, id, code, limit),
  })
  const logBytes = createMinuteWindow(limits.logBytesPerMinute, Date.now)
  parts.room.moveIn(createPostHandler({ state, limits, logBytes, send: parts.send }), () => onCatastrophe(core))
  startPlugin(core)
  return {
    call: (id, head, text) => beginCall(core, id, head, text),
    cancel(id) {
      if (!state.calls.delete(id)) return
      core.meter.forget(id)
      enterGuest(core, 0, { kind: entries.cancel, id })
    },
    settle(id, failed, text) {
      const call = state.capabilities.get(id)
      if (call === undefined) return
      state.capabilities.delete(id)
      enterGuest(core, call, { kind: failed ? entries.capabilityFailed : entries.capabilityAnswered, id, text })
    },
    advance(id, ms) {
      const { clock } = state
      if (clock === undefined || !(ms >= 0)) return
      void clock.advance(ms).then(() => parts.send(frameKinds.advanced, id))
    },
    close() {
      const closed = (): void => endTenant(core, { code: 'SANDBOX_CLOSED', message: 'The sandbox was stopped.' })
      if (state.ready) enterGuest(core, 0, { kind: entries.stop, id: 0 }, { done: closed, failed: closed })
      else closed()
    },
    check: (now) => runner.check(now),
    isRunning: () => runner.runningSince() !== undefined,
    usage: (now) => usageOf(core, now),
  }
}

function clockOf(core: TenantCore, beginMs: number): VirtualClock {
  const entered = async (call: number, entry: Parameters<typeof enterGuest>[2]): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    enterGuest(core, call, entry, { done: () => resolve(), failed: () => resolve() })
    await promise
  }
  return createVirtualClock(beginMs, {
    setTime: (ms) => entered(0, { kind: entries.clock, id: 0, text: String(ms) }),
    fire: (id, call) => entered(call, { kind: entries.timer, id }),
    isQuiet: () => core.runner.isIdle() && core.state.capabilities.size === 0,
  })
}

function beginCall(core: TenantCore, id: number, head: string, text: string): void {
  const { state, parts } = core
  state.calls.set(id, { capabilities: 0, progress: 0, messages: 0 })
  const failed = (message: string): void => {
    if (!state.calls.delete(id)) return
    const error = JSON.stringify({ message: message.slice(0, MAX_MESSAGE_CHARACTERS) })
    parts.send(frameKinds.failed, id, `PLUGIN_ERROR ${Math.round(core.meter.callMicroseconds(id))}`, error)
  }
  enterGuest(core, id, { kind: entries.call, id, head, text }, { failed })
}

function refuse(core: TenantCore, id: number, code: string, limit: keyof CellLimits): void {
  const message = `Expected at most ${core.parts.open.limits[limit]} (${limit}), found more.`
  enterGuest(core, 0, { kind: entries.capabilityFailed, id, text: JSON.stringify({ code, message }) })
}

function usageOf(core: TenantCore, now: number): ReturnType<Tenant['usage']> {
  const { state, runner, meter } = core
  if (!state.ended && runner.isIdle() && core.heapStale) {
    core.heapStale = false
    void measureHeap(core)
  }
  const since = runner.runningSince()
  const runningMs = since === undefined ? 0 : Math.max(0, now - since)
  collectIfIdle(core, now)
  return { cpuMicroseconds: Math.round(meter.totalMicroseconds()), heapBytes: core.heapBytes, runningMs }
}

/** Gives back what a sandbox holds and does not use; the host asks for its use a few times per second. */
function collectIfIdle(core: TenantCore, now: number): void {
  if (core.ranAt === undefined || now - core.ranAt < COLLECT_AFTER_MS || !core.runner.isIdle()) return
  enterGuest(core, 0, { kind: entries.collect, id: 0 })
  core.ranAt = undefined
}

async function measureHeap(core: TenantCore): Promise<void> {
  try {
    const heap = await core.parts.room.isolate.getHeapStatistics()
    core.heapBytes = Math.max(core.heapBytes, heap.used_heap_size + heap.externally_allocated_size)
  } catch {
    // Disposed in between: the last figure stands.
    core.heapStale = false
  }
}
