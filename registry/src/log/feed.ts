import { Readable } from 'node:stream'
import { registryError } from '../errors.ts'
import type { LogStore } from './log-store.ts'
import { FEED_BEAT_MS, FEED_POLL_MS, MAX_FEED_CLIENTS, MAX_FEED_EVENTS_KEPT } from './limits.ts'
import { readHead, readLogged, readSize } from './read-log.ts'

/** The log as it grows, told to everyone who listens. */
export interface LogFeed {
  /** Server-sent events: first the log's head, then every entry after leaf `after`, those of the past included. */
  subscribe(after: number | undefined): Promise<Readable>
  /** Ends all streams. */
  close(): void
}

/** Follows the log in the database, so that entries of other processes on it are told too. */
export function createLogFeed(store: LogStore): LogFeed {
  const growth = watchSize(store)
  const readEvent = keepEvents(store)
  const streams = new Set<Readable>()
  return {
    async subscribe(after) {
      if (streams.size >= MAX_FEED_CLIENTS) {
        throw registryError(
          'BUSY',
          `Expected at most ${MAX_FEED_CLIENTS} followers of the log, found more. Poll instead.`,
        )
      }
      const head = await readHead(store)
      const left = new AbortController()
      async function* tell() {
        yield format('head', undefined, JSON.stringify(head))
        for (let next = after === undefined ? head.size : after + 1; !left.signal.aborted;) {
          const size = await growth.beyond(next, left.signal)
          if (size <= next && !left.signal.aborted) yield ': the log is quiet\n\n'
          for (; next < size && !left.signal.aborted; next += 1) yield await readEvent(next, size)
        }
      }
      // Entries are read when the listener takes them: a slow one costs one entry of memory.
      const stream = Readable.from(tell(), { highWaterMark: 1 })
      streams.add(stream)
      stream.once('close', () => {
        left.abort()
        streams.delete(stream)
      })
      return stream
    },
    close() {
      for (const stream of streams) stream.destroy()
    },
  }
}

/** One reader of the size for everybody who waits; nobody waits, nobody reads. */
function watchSize(store: LogStore) {
  interface Waiting {
    readonly beyond: number
    readonly until: number
    readonly tell: (size: number) => void
  }
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined
  const look = async (): Promise<void> => {
    // A database that cannot be read now is asked again at the next turn; listeners go on waiting.
    const size = await readSize(store).catch(() => 0)
    for (const one of waiting) {
      if (size > one.beyond || Date.now() >= one.until) one.tell(size)
    }
    timer = waiting.size === 0 ? undefined : setTimeout(() => void look(), FEED_POLL_MS)
  }
  return {
    /** Resolves to the size when it is greater than `beyond`, and to the size as it is after one beat or an abort. */
    beyond(beyond: number, signal: AbortSignal): Promise<number> {
      return new Promise((resolve) => {
        const one: Waiting = {
          beyond,
          until: Date.now() + FEED_BEAT_MS,
          tell(size) {
            waiting.delete(one)
            signal.removeEventListener('abort', stop)
            resolve(size)
          },
        }
        const stop = () => one.tell(0)
        signal.addEventListener('abort', stop, { once: true })
        waiting.add(one)
        timer ??= setTimeout(() => void look(), 0)
      })
    },
  }
}

/** The newest events as text, so that a hundred listeners cost one proof. */
function keepEvents(store: LogStore) {
  const kept = new Map<string, Promise<string>>()
  return (index: number, size: number): Promise<string> => {
    const name = `${index}/${size}`
    const known = kept.get(name)
    if (known !== undefined) return known
    const made = readLogged(store, index, size).then((logged) => format('entry', index, JSON.stringify(logged)))
    kept.set(name, made)
    made.catch(() => kept.delete(name))
    const oldest = kept.keys().next().value
    if (kept.size > MAX_FEED_EVENTS_KEPT && oldest !== undefined) kept.delete(oldest)
    return made
  }
}

/** One server-sent event. JSON has no line breaks of its own. */
function format(event: string, id: number | undefined, data: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`
}
