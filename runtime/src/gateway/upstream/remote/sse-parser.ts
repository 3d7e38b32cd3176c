import { gatewayError } from '../../errors.ts'
import { MAX_ANSWER_BYTES } from '../../limits.ts'

/** One event of a `text/event-stream`. */
export interface SseEvent {
  readonly id: string | undefined
  /** `message` unless the server named it. */
  readonly name: string
  readonly data: string
  /** Milliseconds the server wants before a reconnect. */
  readonly retry: number | undefined
}

/** Reads an event stream piece by piece (WHATWG HTML, 9.2.6). Memory is bounded by `MAX_ANSWER_BYTES` for each event. */
export function createSseParser(onEvent: (event: SseEvent) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder()
  let buffer = ''
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
      size += value.length
    } else if (name === 'event') event = value
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'retry' && /^\d{1,7}$/.test(value)) retry = Number(value)
  }

  return (chunk) => {
    buffer += decoder.decode(chunk, { stream: true })
    if (buffer.length + size > MAX_ANSWER_BYTES) {
      throw gatewayError('UPSTREAM_TOO_LARGE', `Expected an event of at most ${MAX_ANSWER_BYTES} bytes, found more.`)
    }
    let start = 0
    for (let end = buffer.indexOf('\n'); end !== -1; end = buffer.indexOf('\n', start)) {
      field(buffer.charCodeAt(end - 1) === 13 && end > start ? buffer.slice(start, end - 1) : buffer.slice(start, end))
      start = end + 1
    }
    buffer = start === 0 ? buffer : buffer.slice(start)
  }
}
