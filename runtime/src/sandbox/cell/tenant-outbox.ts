import { frameKinds } from '../channel/frame.ts'
import { POST_MEMBERS, posts } from '../guest/wire.ts'
import type { CellLimits } from './cell-limits.ts'
import { MAX_LINE_CHARACTERS, MAX_TIMERS } from './limits.ts'
import { type MinuteWindow, createMinuteWindow } from './minute-window.ts'
import { isNumber } from './tenant-posts.ts'
import type { Send, TenantState } from './tenant-state.ts'

export interface OutboxParts {
  readonly state: TenantState
  readonly limits: CellLimits
  readonly send: Send
  /** CPU time that a call has used so far. */
  readonly callMicroseconds: (call: number) => number
  readonly fireTimer: (id: number, call: number) => void
  /** Tells the guest that a capability call is refused. */
  readonly refuse: (capability: number, code: string, limit: keyof CellLimits) => void
}

interface ReaderParts extends OutboxParts {
  /** Capability calls outside of calls: as many within a minute as a call may make. */
  readonly background: MinuteWindow
}

/** Reads what an entry returned. The guest wrote it, so each member is looked at; what does not fit is left out. */
export function createOutboxReader(outside: OutboxParts): (outbox: unknown) => void {
  const background = createMinuteWindow(outside.limits.capabilityCallsPerCall, Date.now)
  const parts: ReaderParts = { ...outside, background }
  return (outbox) => {
    if (!Array.isArray(outbox)) return
    for (let at = 0; at + POST_MEMBERS <= outbox.length && !parts.state.ended; at += POST_MEMBERS) {
      const kind: unknown = outbox[at]
      const id: unknown = outbox[at + 1]
      const head: unknown = outbox[at + 2]
      const text: unknown = outbox[at + 3]
      const call: unknown = outbox[at + 4]
      if (isNumber(id) && isNumber(call) && typeof head === 'string' && typeof text === 'string')
        read(parts, kind, { id, head, text, call })
    }
  }
}

interface Posted {
  readonly id: number
  readonly head: string
  readonly text: string
  readonly call: number
}

function read(parts: ReaderParts, kind: unknown, posted: Posted): void {
  if (kind === posts.answered) answered(parts, posted)
  else if (kind === posts.capability) capability(parts, posted)
  else if (kind === posts.failed) failed(parts, posted)
  else if (kind === posts.timerSet) timerSet(parts, posted)
  else if (kind === posts.timerClear) timerClear(parts, posted)
  else if (kind === posts.ready) ready(parts, posted)
}

function ready({ state, send }: OutboxParts, { text }: Posted): void {
  if (!state.ready) send(frameKinds.opened, 0, '', text.slice(0, MAX_LINE_CHARACTERS * 64))
  state.ready = true
}

function answered({ state, limits, send, callMicroseconds }: OutboxParts, { id, text }: Posted): void {
  if (!state.calls.delete(id)) return
  const used = String(Math.round(callMicroseconds(id)))
  if (text.length > limits.payloadBytes || Buffer.byteLength(text) > limits.payloadBytes)
    send(frameKinds.failed, id, `SANDBOX_PAYLOAD ${used}`)
  else send(frameKinds.answered, id, used, text)
}

function failed({ state, send, callMicroseconds }: OutboxParts, { id, head, text }: Posted): void {
  const known = head === 'SANDBOX_PAYLOAD' || head === 'SANDBOX_HANDLER_UNKNOWN' ? head : 'PLUGIN_ERROR'
  if (id === 0 ? !state.ready : state.calls.delete(id))
    send(frameKinds.failed, id, `${known} ${Math.round(callMicroseconds(id))}`, text.slice(0, MAX_LINE_CHARACTERS))
}

function capability(parts: ReaderParts, { id, head: name, text, call }: Posted): void {
  const { state, limits, send, refuse, background } = parts
  if (state.capabilities.has(id)) return
  const counted = state.calls.get(call)
  const isTooMany =
    counted === undefined ? !background.take(1).fits : counted.capabilities >= limits.capabilityCallsPerCall
  if (state.capabilities.size >= limits.outstandingCapabilityCalls)
    refuse(id, 'SANDBOX_CAPABILITY_LIMIT', 'outstandingCapabilityCalls')
  else if (isTooMany) refuse(id, 'SANDBOX_CAPABILITY_LIMIT', 'capabilityCallsPerCall')
  else if (text.length > limits.payloadBytes || name.length > 64) refuse(id, 'SANDBOX_PAYLOAD', 'payloadBytes')
  else {
    const of = counted === undefined ? 0 : call
    if (counted !== undefined) counted.capabilities += 1
    state.capabilities.set(id, of)
    send(frameKinds.capability, id, `${of} ${name}`, text)
  }
}

function timerSet({ state, fireTimer }: OutboxParts, { id, text, call }: Posted): void {
  const ms = Number(text)
  const { clock } = state
  if (clock !== undefined) {
    if (clock.size < MAX_TIMERS && !clock.has(id) && Number.isFinite(ms)) clock.set(id, ms, call)
    return
  }
  if (state.timers.size >= MAX_TIMERS || state.timers.has(id) || !Number.isFinite(ms)) return
  const timer = setTimeout(() => {
    state.timers.delete(id)
    fireTimer(id, call)
  }, ms)
  state.timers.set(id, timer)
}

function timerClear({ state }: OutboxParts, { id }: Posted): void {
  state.clock?.clear(id)
  clearTimeout(state.timers.get(id))
  state.timers.delete(id)
}
