import { randomBytes } from 'node:crypto'
import { frameKinds } from '../channel/frame.ts'
import { posts } from '../guest/wire.ts'
import { answerUrl } from './answer-url.ts'
import type { ByteWindow } from './byte-window.ts'
import type { CellLimits } from './cell-limits.ts'
import { MAX_LINE_CHARACTERS, MAX_PROGRESS_PER_CALL, MAX_RANDOM_BYTES, MAX_TIMERS } from './limits.ts'
import type { Send, TenantState } from './tenant-state.ts'

/** What the guest's one callback may do. Everything it brings is untrusted; nothing here throws into the guest. */
export type PostHandler = (kind: unknown, id: unknown, head: unknown, text: unknown) => string

interface Parts {
  readonly state: TenantState
  readonly limits: CellLimits
  readonly logBytes: ByteWindow
  readonly send: Send
  readonly currentCall: () => number
  readonly fireTimer: (id: number, call: number) => void
}

type Post = (id: number, head: string, text: string) => string

export function createPostHandler(parts: Parts): PostHandler {
  const handlers = new Map<number, Post>([
    [posts.ready, (_id, _head, text) => ready(parts, text)],
    [posts.answered, (id, _head, text) => answered(parts, id, text)],
    [posts.failed, (id, head, text) => failed(parts, id, head, text)],
    [posts.capability, (id, head, text) => capability(parts, id, head, text)],
    [posts.log, (_id, _head, text) => log(parts, text)],
    [posts.progress, (id, _head, text) => progress(parts, id, text)],
    [posts.timerSet, (id, _head, text) => timerSet(parts, id, Number(text))],
    [posts.timerClear, (id) => timerClear(parts, id)],
    [posts.random, (count) => (count <= MAX_RANDOM_BYTES ? randomBytes(count).toString('hex') : '')],
    [posts.url, (_id, _head, text) => answerUrl(text)],
  ])
  return (kind, id, head, text) => {
    if (parts.state.ended || typeof kind !== 'number' || typeof head !== 'string' || typeof text !== 'string') return ''
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0xff_ff_ff_ff) return ''
    try {
      return handlers.get(kind)?.(id, head, text) ?? ''
    } catch {
      // An error of the cell would cross with its stack; the guest learns only that there is no answer.
      return ''
    }
  }
}

function ready({ state, send }: Parts, text: string): string {
  if (!state.ready) send(frameKinds.opened, 0, '', text.slice(0, MAX_LINE_CHARACTERS * 64))
  state.ready = true
  return ''
}

function answered({ state, limits, send }: Parts, id: number, text: string): string {
  if (!state.calls.delete(id)) return ''
  if (text.length > limits.payloadBytes || Buffer.byteLength(text) > limits.payloadBytes)
    send(frameKinds.failed, id, 'SANDBOX_PAYLOAD')
  else send(frameKinds.answered, id, '', text)
  return ''
}

function failed({ state, send }: Parts, id: number, head: string, text: string): string {
  const known = head === 'SANDBOX_PAYLOAD' || head === 'SANDBOX_HANDLER_UNKNOWN' ? head : ''
  if (id === 0 ? !state.ready : state.calls.delete(id))
    send(frameKinds.failed, id, known, text.slice(0, MAX_LINE_CHARACTERS))
  return ''
}

function capability({ state, limits, send, currentCall }: Parts, id: number, name: string, text: string): string {
  const call = currentCall()
  const counted = state.calls.get(call)
  if (state.capabilities.size >= limits.outstandingCapabilityCalls || state.capabilities.has(id))
    return 'SANDBOX_CAPABILITY_LIMIT'
  if (counted !== undefined && counted.capabilities >= limits.capabilityCallsPerCall) return 'SANDBOX_CAPABILITY_LIMIT'
  if (text.length > limits.payloadBytes || name.length > 64) return 'SANDBOX_PAYLOAD'
  if (counted !== undefined) counted.capabilities += 1
  state.capabilities.set(id, call)
  send(frameKinds.capability, id, JSON.stringify({ capability: name, call }), text)
  return ''
}

function log({ logBytes, send, currentCall, limits }: Parts, text: string): string {
  if (text.length > MAX_LINE_CHARACTERS) return ''
  const { fits, first } = logBytes.take(text.length)
  if (fits) send(frameKinds.log, currentCall(), '', text)
  else if (first) {
    const message = `Expected at most ${limits.logBytesPerMinute} bytes of log within a minute, found more; the rest of this minute is dropped.`
    send(frameKinds.log, currentCall(), '', JSON.stringify({ level: 'warn', message }))
  }
  return ''
}

function progress({ state, send }: Parts, id: number, text: string): string {
  const call = state.calls.get(id)
  if (call === undefined || text.length > MAX_LINE_CHARACTERS || call.progress >= MAX_PROGRESS_PER_CALL) return ''
  call.progress += 1
  send(frameKinds.progress, id, '', text)
  return ''
}

function timerSet({ state, currentCall, fireTimer }: Parts, id: number, ms: number): string {
  if (state.timers.size >= MAX_TIMERS || state.timers.has(id) || !Number.isFinite(ms)) return 'SANDBOX_CAPABILITY_LIMIT'
  const call = currentCall()
  const timer = setTimeout(() => {
    state.timers.delete(id)
    fireTimer(id, call)
  }, ms)
  state.timers.set(id, timer)
  return ''
}

function timerClear({ state }: Parts, id: number): string {
  clearTimeout(state.timers.get(id))
  state.timers.delete(id)
  return ''
}
