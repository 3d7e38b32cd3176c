import type ivm from 'isolated-vm'
import { frameKinds } from '../channel/frame.ts'
import type { EntryKind } from '../guest/wire.ts'
import type { OpenHead } from './cell-limits.ts'
import { type CpuMeter, createCpuMeter } from './cpu-meter.ts'
import { type Entry, type EntryRunner, createEntryRunner } from './entry-runner.ts'
import { MAX_MESSAGE_CHARACTERS, STUCK_MS } from './limits.ts'
import type { Guest, GuestLoader } from './load-guest.ts'
import { type Send, type TenantState, createTenantState } from './tenant-state.ts'

/** What it takes to run one installation in this cell. */
export interface TenantParts {
  readonly ivm: typeof ivm
  readonly open: OpenHead
  readonly code: string
  readonly cachedData: Uint8Array | undefined
  readonly guest: GuestLoader
  readonly send: Send
  readonly touch: () => void
  readonly onEnd: () => void
}

/** One isolate, its meter and the one way into it. */
export interface TenantCore {
  readonly parts: TenantParts
  readonly state: TenantState
  readonly isolate: ivm.Isolate
  readonly meter: CpuMeter
  readonly runner: EntryRunner
  guest: Guest | undefined
  heapBytes: number
  /** Something ran since the heap was last measured. */
  heapStale: boolean
}

export function createTenantCore(parts: TenantParts): TenantCore {
  const { limits } = parts.open
  const state = createTenantState()
  const isolate = new parts.ivm.Isolate({
    memoryLimit: limits.memoryMb,
    onCatastrophicError: () => {
      endTenant(core, 'SANDBOX_MEMORY', 'Expected the heap within `memoryMb`, found far more.')
      parts.send(frameKinds.stuck, 0)
    },
  })
  const meter = createCpuMeter(limits.cpuMsPerCall, limits.cpuMsPerMinute, Date.now)
  const isOpen = (call: number): boolean => call === 0 || state.calls.has(call)
  const runner = createEntryRunner(isolate, meter, isOpen, (breach) => endTenant(core, breach.code, breach.message))
  const core: TenantCore = { parts, state, isolate, meter, runner, guest: undefined, heapBytes: 0, heapStale: true }
  return core
}

/** Ends the isolate. If its thread goes on all the same, the host hears that this cell must go. */
export function endTenant({ state, runner, isolate, parts }: TenantCore, code: string, message: string): void {
  if (state.ended) return
  state.ended = true
  runner.stop()
  for (const timer of state.timers.values()) clearTimeout(timer)
  parts.send(frameKinds.closed, 0, JSON.stringify({ code, message: message.slice(0, MAX_MESSAGE_CHARACTERS) }))
  if (!isolate.isDisposed) isolate.dispose()
  if (runner.runningSince() === undefined) {
    parts.onEnd()
    return
  }
  setTimeout(() => {
    if (runner.runningSince() !== undefined) parts.send(frameKinds.stuck, 0)
    parts.onEnd()
  }, STUCK_MS)
}

export function runEntry(core: TenantCore, entry: Entry): void {
  if (core.state.ended) return
  core.parts.touch()
  core.heapStale = true
  core.runner.run(entry)
}

/** Enters the prelude; a call that is over pays no more, its late work is accounted to call 0. */
export function enterGuest(
  core: TenantCore,
  call: number,
  entry: { readonly kind: EntryKind; readonly id: number; readonly head?: string; readonly text?: string },
  rest: Pick<Entry, 'done' | 'failed'> = {},
): void {
  const { guest, state } = core
  if (guest === undefined) return
  const { kind, id, head = '', text = '' } = entry
  runEntry(core, {
    call: state.calls.has(call) ? call : 0,
    invoke: (timeout) => guest.enter.apply(undefined, [kind, id, head, text], { timeout }),
    ...rest,
  })
}
