import { gatewayError } from '../../errors.ts'
import { MAX_ANSWER_BYTES } from '../../limits.ts'

/** One event of a `text/event-stream`. */
export interface SseEvent {
  readonly id: string | undefined
  /** `message` unless the server named it. */
  readonly name: string
  readonly data: string
  /** Milliseconds the server wants before a reconnect, within bounds. */
  readonly retry: number | undefined
}

/** A server that wants no pause would be asked in a circle, and one that wants hours would hold a call in memory. */
const MIN_RETRY_MS = 100
const MAX_RETRY_MS = 60_000

/** What a line takes beside its text: a flood of empty ones would fill memory too. */
const LINE_BYTES = 8

/** Reads an event stream piece by piece (WHATWG HTML, 9.2.6). Memory is bounded by `MAX_ANSWER_BYTES` for each event. */
export function createSseParser(onEvent: (event: SseEvent) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder()
  /** Pieces of the line that has not ended yet: a long one is put together once. */
  let held: string[] = []
  let heldSize = 0
  let data: string[] = []
  let size = 0
  let id: string | undefined
  let event = 'message'
  let retry: number | undefined

  const field = (line: string) => {
    if (line === '') {
      if (data.length > 0 || id !== undefined || retry !== undefined)
        onEvent({ id, name: event, data: data.join('\n'), retry })
      data = []
      size = 0
      id = undefined
      event = 'message'
      retry = undefined
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon === -1 ? line : line.slice(0, colon)
    let value = colon === -1 ? '' : line.slice(colon + 1)
    if (value.startsWith(' ')) value = value.slice(1)
    if (name === 'data') {
      data.push(value)
      size += value.length + LINE_BYTES
    } else if (name === 'event') event = value
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'retry' && /^\d{1,7}$/.test(value))
      retry = Math.min(Math.max(Number(value), MIN_RETRY_MS), MAX_RETRY_MS)
  }

  return (chunk) => {
    const text = decoder.decode(chunk, { stream: true })
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      held.push(text.slice(start, end))
      const line = held.join('')
      held = []
      heldSize = 0
      field(line.endsWith('\r') ? line.slice(0, -1) : line)
      start = end + 1
    }
    if (start < text.length) held.push(text.slice(start))
    heldSize += text.length - start
    if (heldSize + size > MAX_ANSWER_BYTES) {
      throw gatewayError('UPSTREAM_TOO_LARGE', `Expected an event of at most ${MAX_ANSWER_BYTES} bytes, found more.`)
    }
  }
}
