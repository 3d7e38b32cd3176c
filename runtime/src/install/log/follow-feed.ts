import { setTimeout as sleep } from 'node:timers/promises'
import {
  type LogIdentity,
  type LoggedRecord,
  logHead,
  loggedRecord,
  registryRoutes as routes,
} from '@nexus/registry/contract'
import { type VerifiedLogEntry, verifyLogged } from '@nexus/registry/log'
import type { HttpAgent } from '../http-agent.ts'
import { hostLogError } from './errors.ts'
import { ENTRIES_BETWEEN_WRITES, FEED_RETRY_MAX_MS, FEED_RETRY_MS, FEED_SILENCE_MS } from './limits.ts'
import type { LogMemory } from './log-memory.ts'
import type { LogSource } from './log-source.ts'
import { readEvents } from './read-events.ts'

export interface FeedOptions {
  readonly url: string
  readonly agent: HttpAgent
  readonly memory: LogMemory
  readonly source: LogSource
  /** The log's key on first contact. */
  readonly identity: () => Promise<LogIdentity>
  /** Deals with an entry that is proven to be in the log. May be told one again after a crash. */
  readonly onEntry: (entry: VerifiedLogEntry) => Promise<void>
  /** The first contact: what was withdrawn before cannot be learned from the feed. */
  readonly onFirstContact?: () => Promise<void>
  /** `live`: told within seconds. `waiting`: the registry cannot be reached, or lies; `reason` says what is wrong. */
  readonly onState?: (state: 'live' | 'waiting', reason?: unknown) => void
}

/** Follows the log from where this host left off, live while the registry can be reached, until disposed. */
export function followFeed(options: FeedOptions): AsyncDisposable {
  const stop = new AbortController()
  const running = follow(options, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

async function follow(options: FeedOptions, signal: AbortSignal): Promise<void> {
  let wait = FEED_RETRY_MS
  while (!signal.aborted) {
    try {
      await prepare(options, signal)
      await listen(options, signal, () => {
        wait = FEED_RETRY_MS
      })
    } catch (reason) {
      if (signal.aborted) return
      options.onState?.('waiting', reason)
      // A registry with too many listeners still answers questions.
      await catchUp(options, signal).catch(() => {})
    }
    await sleep(wait / 2 + Math.random() * (wait / 2), undefined, { signal, ref: false }).catch(() => {})
    wait = Math.min(wait * 2, FEED_RETRY_MAX_MS)
  }
}

/** Pins the log on first contact, and begins behind what it says then. */
async function prepare({ memory, source, identity, onFirstContact }: FeedOptions, signal: AbortSignal): Promise<void> {
  if (memory.key === undefined) await memory.pin(await identity())
  if (memory.fed !== undefined) return
  const head = await source.head(signal)
  const { size } = await memory.advance(head.checkpoint, source, signal)
  await onFirstContact?.()
  await memory.markFed(size)
}

async function listen(options: FeedOptions, signal: AbortSignal, onLive: () => void): Promise<void> {
  const { memory, source, url, agent } = options
  const address = new URL(url.replace(/\/$/, '') + routes.logFeed.path)
  address.searchParams.set('after', String((memory.fed ?? 0) - 1))
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), FEED_SILENCE_MS)
  try {
    const { statusCode, body, discard } = await agent.request(address, {
      signal: AbortSignal.any([signal, silence.signal]),
      // Silence is measured here: a comment now and then is part of the feed.
      isQuiet: true,
    })
    if (statusCode !== 200) {
      discard()
      throw hostLogError('LOG_FEED_INVALID', `Expected the feed of the log, found status ${statusCode}.`)
    }
    const place = createPlace(memory)
    const heard = tellOf(body, () => timer.refresh())
    for await (const { event, data } of readEvents(heard)) {
      if (event === 'head') {
        await memory.advance(logHead.parse(JSON.parse(data)).checkpoint, source, signal)
        options.onState?.('live')
        onLive()
      } else if (event === 'entry') {
        await take(options, place, loggedRecord.parse(JSON.parse(data)), signal)
        if (place.isPause(body.readableLength)) await place.write()
      }
    }
    await place.write()
  } finally {
    clearTimeout(timer)
  }
}

async function* tellOf(body: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    onChunk()
    yield chunk
  }
}

/** Asks for every entry that the feed would have told. */
async function catchUp(options: FeedOptions, signal: AbortSignal): Promise<void> {
  const { memory, source } = options
  const head = await source.head(signal)
  const { size } = await memory.advance(head.checkpoint, source, signal)
  const place = createPlace(memory)
  while (place.next < size) {
    await take(options, place, await source.inclusion({ index: place.next, size }, signal), signal)
    if (place.isPause(0)) await place.write()
  }
  await place.write()
}

/** How far the feed was dealt with: in memory at once, on disk now and then. */
function createPlace(memory: LogMemory) {
  let written = memory.fed ?? 0
  return {
    next: written,
    isPause(waiting: number): boolean {
      return waiting === 0 || this.next - written >= ENTRIES_BETWEEN_WRITES
    },
    async write(): Promise<void> {
      if (this.next === written) return
      await memory.markFed(this.next)
      written = this.next
    },
  }
}

/** An entry counts when it is the next one, its proof holds, and its tree goes with those that are known. */
async function take(
  { memory, source, onEntry }: FeedOptions,
  place: ReturnType<typeof createPlace>,
  logged: LoggedRecord,
  signal: AbortSignal,
): Promise<void> {
  const key = memory.key
  if (key === undefined) throw hostLogError('LOG_KEY_CHANGED', 'Expected a log whose key is pinned, found none.')
  const verified = verifyLogged(logged, key)
  if (verified.index !== place.next) {
    throw hostLogError('LOG_ENTRY_MISSING', `Expected entry ${place.next} of the log, found ${verified.index}.`, {
      details: { layer: 'log', expected: String(place.next), found: String(verified.index) },
    })
  }
  await memory.accept(logged.proof.checkpoint, source, signal)
  await onEntry(verified)
  place.next += 1
}
