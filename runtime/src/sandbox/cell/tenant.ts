import type ivm from 'isolated-vm'
import { frameKinds } from '../channel/frame.ts'
import { type EntryKind, entries } from '../guest/wire.ts'
import { createByteWindow } from './byte-window.ts'
import type { OpenHead } from './cell-limits.ts'
import { createCpuMeter } from './cpu-meter.ts'
import { type Entry, createEntryRunner } from './entry-runner.ts'
import { MAX_MESSAGE_CHARACTERS, PRELUDE_MS, STUCK_MS } from './limits.ts'
import { type Guest, type GuestLoader, refuseImport } from './load-guest.ts'
import { createPostHandler } from './tenant-posts.ts'
import { type Send, createTenantState } from './tenant-state.ts'

/** One installation's isolate in this cell. */
export interface Tenant {
  call(id: number, head: string, payload: string): void
  cancel(id: number): void
  settle(id: number, failed: boolean, text: string): void
  /** Lets the plugin dispose what it registered, then ends the isolate. */
  close(): void
  check(now: number): void
  isRunning(): boolean
  usage(now: number): { readonly cpuMicroseconds: number; readonly heapBytes: number; readonly runningMs: number }
}

interface TenantParts {
  readonly ivm: typeof ivm
  readonly open: OpenHead
  readonly code: string
  readonly cachedData: Uint8Array | undefined
  readonly guest: GuestLoader
  readonly send: Send
  readonly touch: () => void
  readonly onEnd: () => void
}

/** Creates the isolate and starts the plugin in it; the outcome arrives at the host as `opened`, `failed` or `closed`. */
export function openTenant(parts: TenantParts): Tenant {
  const { open, send, touch } = parts
  const state = createTenantState()
  let heapBytes = 0
  let heapStale = true
  const isolate = new parts.ivm.Isolate({
    memoryLimit: open.limits.memoryMb,
    onCatastrophicError: () => {
      end('SANDBOX_MEMORY', 'Expected the heap within `memoryMb`, found far more.')
      send(frameKinds.stuck, 0)
    },
  })
  const meter = createCpuMeter(open.limits.cpuMsPerCall, open.limits.cpuMsPerMinute, Date.now)
  const runner = createEntryRunner(
    isolate,
    meter,
    (call) => call === 0 || state.calls.has(call),
    (breach) => end(breach.code, breach.message),
  )

  function end(code: string, message: string): void {
    if (state.ended) return
    state.ended = true
    runner.stop()
    for (const timer of state.timers.values()) clearTimeout(timer)
    send(frameKinds.closed, 0, JSON.stringify({ code, message: message.slice(0, MAX_MESSAGE_CHARACTERS) }))
    if (!isolate.isDisposed) isolate.dispose()
    const finish = (): void => {
      if (runner.runningSince() !== undefined) send(frameKinds.stuck, 0)
      parts.onEnd()
    }
    if (runner.runningSince() === undefined) parts.onEnd()
    else setTimeout(finish, STUCK_MS)
  }

  const run = (entry: Entry): void => {
    if (state.ended) return
    touch()
    heapStale = true
    runner.run(entry)
  }
  let guest: Guest | undefined
  const enter = (
    call: number,
    kind: EntryKind,
    id: number,
    head: string,
    text: string,
    rest: Partial<Entry> = {},
  ): void =>
    run({
      call,
      invoke: (timeout) => (guest as Guest).enter.apply(undefined, [kind, id, head, text], { timeout }),
      ...rest,
    })

  const post = createPostHandler({
    state,
    limits: open.limits,
    logBytes: createByteWindow(open.limits.logBytesPerMinute, Date.now),
    send,
    currentCall: runner.currentCall,
    fireTimer: (id, call) => enter(state.calls.has(call) ? call : 0, entries.timer, id, '', ''),
  })
  const startFailed = (message: string): void => end('SANDBOX_START_FAILED', message)

  run({
    call: 0,
    invoke: async (timeout) => {
      const context = await isolate.createContext()
      guest = await parts.guest.load(isolate, context)
      await guest.boot.apply(undefined, [new parts.ivm.Callback(post), open.boot], { timeout: PRELUDE_MS })
      await evaluatePlugin(parts, isolate, context, guest, timeout)
    },
    failed: startFailed,
    done: () => enter(0, entries.start, 0, '', '', { failed: startFailed }),
  })

  return {
    call(id, head, payload) {
      state.calls.set(id, { capabilities: 0, progress: 0 })
      const failed = (message: string): void => {
        if (state.calls.delete(id))
          send(frameKinds.failed, id, '', JSON.stringify({ message: message.slice(0, MAX_MESSAGE_CHARACTERS) }))
      }
      enter(id, entries.call, id, head, payload, { failed })
    },
    cancel(id) {
      if (!state.calls.delete(id)) return
      enter(0, entries.cancel, id, '', '')
      meter.forget(id)
    },
    settle(id, failed, text) {
      const call = state.capabilities.get(id)
      if (call === undefined) return
      state.capabilities.delete(id)
      enter(
        state.calls.has(call) ? call : 0,
        failed ? entries.capabilityFailed : entries.capabilityAnswered,
        id,
        '',
        text,
      )
    },
    close() {
      const closed = (): void => end('SANDBOX_CLOSED', 'The sandbox was stopped.')
      if (state.ready && guest !== undefined) enter(0, entries.stop, 0, '', '', { done: closed, failed: closed })
      else closed()
    },
    check: runner.check,
    isRunning: () => runner.runningSince() !== undefined,
    usage(now) {
      if (!state.ended && runner.isIdle() && heapStale) {
        heapStale = false
        isolate.getHeapStatistics().then(
          (heap) => {
            heapBytes = Math.max(heapBytes, heap.used_heap_size + heap.externally_allocated_size)
          },
          () => undefined,
        )
      }
      const since = runner.runningSince()
      return {
        cpuMicroseconds: Math.round(meter.totalMicroseconds()),
        heapBytes,
        runningMs: since === undefined ? 0 : now - since,
      }
    },
  }
}

async function evaluatePlugin(
  parts: TenantParts,
  isolate: ivm.Isolate,
  context: ivm.Context,
  guest: Guest,
  timeout: number,
): Promise<void> {
  const { cachedData } = parts
  const cached = cachedData === undefined ? undefined : new parts.ivm.ExternalCopy(new Uint8Array(cachedData).buffer)
  const plugin = await isolate.compileModule(parts.code, {
    filename: `${parts.open.pluginId}.js`,
    ...(cached === undefined ? {} : { cachedData: cached }),
  })
  cached?.release()
  await plugin.instantiate(context, refuseImport)
  await plugin.evaluate({ timeout })
  const definition = await plugin.namespace.get('default', { reference: true })
  await guest.adopt.apply(undefined, [definition.derefInto()], { timeout })
}
