import type ivm from 'isolated-vm'
import { frameKinds } from '../channel/frame.ts'
import type { EntryKind } from '../guest/wire.ts'
import type { ClosedHead, OpenHead } from './cell-limits.ts'
import { type CpuMeter, createCpuMeter } from './cpu-meter.ts'
import { type Entry, type EntryRunner, createEntryRunner, memoryBreach } from './entry-runner.ts'
import { MAX_MESSAGE_CHARACTERS, STUCK_MS } from './limits.ts'
import type { Room } from './nursery.ts'
import { type Send, type TenantState, createTenantState } from './tenant-state.ts'

/** What it takes to run one installation in this cell. */
export interface TenantParts {
  readonly room: Room
  readonly open: OpenHead
  readonly code: string
  /** Compiled code; released after use. */
  readonly compiled: ivm.ExternalCopy<ArrayBuffer> | undefined
  readonly send: Send
  readonly touch: () => void
  readonly onEnd: () => void
}

/** One isolate, its meter and the one way into it. */
export interface TenantCore {
  readonly parts: TenantParts
  readonly state: TenantState
  readonly meter: CpuMeter
  readonly runner: EntryRunner
  /** What the guest returned from an entry. */
  onOutbox: (outbox: unknown) => void
  heapBytes: number
  /** Something ran since the heap was last measured. */
  heapStale: boolean
  /** When it last ran; `undefined` once its memory was given back. */
  ranAt: number | undefined
}

export function createTenantCore(parts: TenantParts): TenantCore {
  const { limits } = parts.open
  const state = createTenantState()
  const meter = createCpuMeter(limits.cpuMsPerCall, limits.cpuMsPerMinute, Date.now)
  const runner = createEntryRunner({
    isolate: parts.room.isolate,
    meter,
    limits,
    isOpen: (call) => call === 0 || state.calls.has(call),
    onBreach: (breach) => endTenant(core, breach),
  })
  const core: TenantCore = {
    parts,
    state,
    meter,
    runner,
    onOutbox: () => undefined,
    heapBytes: 0,
    heapStale: true,
    ranAt: undefined,
  }
  return core
}

export function onCatastrophe(core: TenantCore): void {
  endTenant(core, memoryBreach(core.parts.open.limits.memoryMb))
  core.parts.send(frameKinds.stuck, 0)
}

/** Ends the isolate. If its thread goes on all the same, the host hears that this cell must go. */
export function endTenant({ state, runner, parts }: TenantCore, why: ClosedHead): void {
  if (state.ended) return
  state.ended = true
  runner.stop()
  for (const timer of state.timers.values()) clearTimeout(timer)
  parts.send(frameKinds.closed, 0, JSON.stringify({ ...why, message: why.message.slice(0, MAX_MESSAGE_CHARACTERS) }))
  const { isolate } = parts.room
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
  core.ranAt = performance.now()
  core.runner.run(entry)
}

/** Enters the prelude; a call that is over pays no more, its late work is accounted to call 0. */
export function enterGuest(
  core: TenantCore,
  call: number,
  entry: { readonly kind: EntryKind; readonly id: number; readonly head?: string; readonly text?: string },
  rest: Pick<Entry, 'done' | 'failed'> = {},
): void {
  const { state, parts } = core
  const { kind, id, head = '', text = '' } = entry
  const payer = state.calls.has(call) ? call : 0
  runEntry(core, {
    call: payer,
    invoke: (timeout) =>
      parts.room.guest.enter.apply(undefined, [kind, id, head, text, payer], { timeout, result: { copy: true } }),
    done(outbox) {
      core.onOutbox(outbox)
      rest.done?.(outbox)
    },
    ...(rest.failed === undefined ? {} : { failed: rest.failed }),
  })
}
