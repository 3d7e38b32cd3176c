import { hostLogError } from './errors.ts'
import { MAX_EVENT_BYTES } from './limits.ts'

/** One server-sent event. */
export interface FeedEvent {
  readonly event: string
  readonly data: string
}

/** Reads server-sent events as they come. Comments only show that somebody is there. Source: WHATWG HTML, 9.2. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<FeedEvent> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_EVENT_BYTES) throw tooLong()
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const event = readEvent(text.slice(0, end))
      text = text.slice(end + 2)
      if (event !== undefined) yield event
    }
  }
}

function readEvent(block: string): FeedEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')]
    }),
  )
  const data = fields.get('data')
  return data === undefined ? undefined : { event: fields.get('event') ?? 'message', data }
}

function tooLong() {
  return hostLogError('LOG_FEED_INVALID', `Expected events of at most ${MAX_EVENT_BYTES} bytes, found a longer one.`)
}
