import { randomBytes } from 'node:crypto'
import { frameKinds } from '../channel/frame.ts'
import { posts } from '../guest/wire.ts'
import { answerUrl } from './answer-url.ts'
import type { MinuteWindow } from './minute-window.ts'
import type { CellLimits } from './cell-limits.ts'
import { MAX_LINE_CHARACTERS, MAX_MESSAGES_PER_CALL, MAX_PROGRESS_PER_CALL, MAX_RANDOM_BYTES } from './limits.ts'
import type { PostListener } from './nursery.ts'
import type { Send, TenantState } from './tenant-state.ts'

interface Parts {
  readonly state: TenantState
  readonly limits: CellLimits
  readonly logBytes: MinuteWindow
  readonly send: Send
}

/**
 * What the guest's one callback may do while code runs. Everything it brings is untrusted; nothing here throws into the
 * guest. Posts that can wait come in the outbox.
 */
export function createPostHandler(parts: Parts): PostListener {
  return (kind, id, head, text, call) => {
    if (parts.state.ended || typeof head !== 'string' || typeof text !== 'string') return ''
    if (!isNumber(id) || !isNumber(call)) return ''
    try {
      if (kind === posts.log) log(parts, call, text)
      else if (kind === posts.progress) progress(parts, id, text)
      else if (kind === posts.message) tellClient(parts, id, text)
      else if (kind === posts.url) return answerUrl(text)
      else if (kind === posts.random) return id <= MAX_RANDOM_BYTES ? randomBytes(id).toString('hex') : ''
    } catch {
      // An error of the cell would cross with its stack; the guest learns only that there is no answer.
      return ''
    }
    return ''
  }
}

/** A number that fits a frame. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xff_ff_ff_ff
}

function log({ logBytes, send, limits, state }: Parts, call: number, text: string): void {
  if (text.length > MAX_LINE_CHARACTERS) return
  const { fits, first } = logBytes.take(text.length)
  const of = state.calls.has(call) ? call : 0
  if (fits) send(frameKinds.log, of, '', text)
  else if (first) {
    const message = `Expected at most ${limits.logBytesPerMinute} bytes of log within a minute, found more; the rest of this minute is dropped.`
    send(frameKinds.log, of, '', JSON.stringify({ level: 'warn', message }))
  }
}

function progress({ state, send }: Parts, id: number, text: string): void {
  const call = state.calls.get(id)
  if (call === undefined || text.length > MAX_LINE_CHARACTERS || call.progress >= MAX_PROGRESS_PER_CALL) return
  call.progress += 1
  send(frameKinds.progress, id, '', text)
}

function tellClient({ state, send }: Parts, id: number, text: string): void {
  const call = state.calls.get(id)
  if (call === undefined || text.length > MAX_LINE_CHARACTERS || call.messages >= MAX_MESSAGES_PER_CALL) return
  call.messages += 1
  send(frameKinds.message, id, '', text)
}
