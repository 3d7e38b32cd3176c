import { Readable } from 'node:stream'
import { STREAM_HEARTBEAT_MS, STREAM_LIFE_MS, STREAM_LOOK_MS, STREAM_WAITING } from './limits.ts'

/** One event: `id` is what a client that lost the connection goes on behind. */
export interface ServerEvent {
  readonly id: string
  readonly data: unknown
}

/** What a stream tells: first what is there, then what comes. */
export interface EventSource {
  readonly first: readonly ServerEvent[]
  listen(push: (event: ServerEvent) => void): Disposable
}

/**
 * The text of an event stream. Ends when the client is gone, when the host shuts down, and after a while by itself, so
 * that a right which was taken away is not used for longer than that.
 */
export function openEventStream(source: EventSource, closed: AbortSignal, closing: () => boolean): Readable {
  return Readable.from(textOf(source, closed, closing), { encoding: 'utf8' })
}

async function* textOf(source: EventSource, closed: AbortSignal, closing: () => boolean): AsyncGenerator<string> {
  const waiting: ServerEvent[] = [...source.first]
  let wake: () => void = () => undefined
  const listening = source.listen((event) => {
    waiting.push(event)
    if (waiting.length > STREAM_WAITING) waiting.shift()
    wake()
  })
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, STREAM_LOOK_MS)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const ends = performance.now() + STREAM_LIFE_MS
  let silentSince = performance.now()
  closed.addEventListener('abort', () => wake(), { once: true })
  try {
    // Says at once that the stream is open, before there is anything to tell.
    yield ': open\n\n'
    while (!closed.aborted && !closing() && performance.now() < ends) {
      const isSilent = performance.now() - silentSince > STREAM_HEARTBEAT_MS
      if (waiting.length === 0 && !isSilent) {
        await pause()
        continue
      }
      silentSince = performance.now()
      yield waiting.length === 0 ? ': alive\n\n' : waiting.splice(0).map(format).join('')
    }
  } finally {
    listening[Symbol.dispose]()
  }
}

function format({ id, data }: ServerEvent): string {
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}
