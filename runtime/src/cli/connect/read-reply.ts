import { createSseParser, type SseEvent } from '../../gateway/upstream/remote/sse-parser.ts'
import { headerOf, type Reply } from './host-link.ts'

/** Where a broken stream can be taken up. */
export interface StreamPlace {
  lastEventId: string | undefined
  retryMs: number | undefined
}

/** JSON on one line: line breaks of JSON stand between tokens only. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ')
}

/** Hands each message of an answer to `onMessage`, one after the other, as JSON on one line. */
export async function readReply(
  reply: Reply,
  onMessage: (line: string) => Promise<void>,
  place?: StreamPlace,
): Promise<void> {
  if (headerOf(reply, 'content-type')?.startsWith('text/event-stream') !== true) {
    const text = onOneLine(await textOf(reply)).trim()
    if (text !== '') await onMessage(text)
    return
  }
  let events: SseEvent[] = []
  const push = createSseParser((event) => events.push(event))
  for await (const chunk of reply.body) {
    push(chunk)
    for (const { data, id, retry } of events) {
      if (data !== '') await onMessage(onOneLine(data))
      if (place === undefined) continue
      place.lastEventId = id ?? place.lastEventId
      place.retryMs = retry ?? place.retryMs
    }
    events = []
  }
}

async function textOf({ body }: Reply): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
