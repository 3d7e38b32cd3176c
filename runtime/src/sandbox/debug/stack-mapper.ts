import { Worker } from 'node:worker_threads'
import {
  MAP_BUDGET_MS,
  MAP_THREAD_HEAP_MB,
  MAP_THREAD_IDLE_MS,
  MAP_THREAD_START_MS,
  MAX_BAD_MAPS,
  MAX_FRAMES,
  MAX_MAP_BYTES,
  MAX_WAITING_TEXTS,
} from './limits.ts'
import type { GeneratedPlace, MapAnswer, MapQuestion } from './map-words.ts'

/** A release's code and the map beside it. */
export interface MappedSource {
  /** Names the map: the bundle's digest. */
  readonly key: string
  /** File name of the code as stacks show it. */
  readonly file: string
  /** The map's bytes; `undefined` when the release has none. */
  load(): Promise<Uint8Array | undefined>
}

/** Puts the author's own files and lines into stacks. */
export interface StackMapper extends AsyncDisposable {
  /** True when the text holds a frame of this code. */
  hasFrames(text: string, file: string): boolean
  /** The text with its frames mapped; as it was when there is no map, or the map is no good. Never rejects. */
  map(text: string, source: MappedSource): Promise<string>
}

/** A frame of the prelude says nothing to an author. */
const PRELUDE_FRAME = /^.*\bnexus:guest\b.*\n?/gm
const SCHEME = 'nexus:'
const FRAME = /:(\d{1,7}):(\d{1,7})/y

export function createStackMapper(): StackMapper {
  const bad = new Set<string>()
  const thread = createMapThread()
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()

  const mapNow = async (text: string, source: MappedSource): Promise<string> => {
    const { key, file } = source
    const frames = framesOf(text, file)
    if (frames.length === 0 || bad.has(key)) return text
    const places = frames.map(({ place }) => place)
    try {
      let found = await thread.ask(key, undefined, places)
      if (found.isMissing) {
        const bytes = await source.load()
        if (bytes === undefined || bytes.length > MAX_MAP_BYTES) throw new RangeError('No map that can be read.')
        found = await thread.ask(key, new TextDecoder().decode(bytes), places)
      }
      return withOrigins(text, frames, found.origins)
    } catch {
      // The map is missing, damaged or takes too long: the stack is worth showing all the same.
      bad.add(key)
      const [oldest] = bad
      if (bad.size > MAX_BAD_MAPS && oldest !== undefined) bad.delete(oldest)
      return text
    }
  }
  return {
    hasFrames: (text, file) => text.includes(`${file}:`),
    async map(text, source) {
      if (waiting >= MAX_WAITING_TEXTS) return text
      waiting += 1
      const mapped = turn.then(() => mapNow(text, source))
      turn = mapped
      try {
        return await mapped
      } finally {
        waiting -= 1
      }
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  }
}

interface Frame {
  /** Where `file:line:column` begins and ends in the text. */
  readonly start: number
  readonly end: number
  readonly place: GeneratedPlace
}

function framesOf(text: string, file: string): readonly Frame[] {
  const frames: Frame[] = []
  for (
    let at = text.indexOf(`${file}:`);
    at >= 0 && frames.length < MAX_FRAMES;
    at = text.indexOf(`${file}:`, at + 1)
  ) {
    FRAME.lastIndex = at + file.length
    const found = FRAME.exec(text)
    if (found === null) continue
    // The worker tier's modules have a scheme before their name.
    const start = text.slice(0, at).endsWith(SCHEME) ? at - SCHEME.length : at
    frames.push({ start, end: FRAME.lastIndex, place: [Number(found[1]), Math.max(0, Number(found[2]) - 1)] })
  }
  return frames
}

function withOrigins(text: string, frames: readonly Frame[], origins: MapAnswer['origins']): string {
  let mapped = ''
  let from = 0
  for (const [index, { start, end }] of frames.entries()) {
    const origin = origins[index]
    if (origin === undefined) continue
    const [source, line, column] = origin
    mapped += `${text.slice(from, start)}${source}:${line}:${column}`
    from = end
  }
  return (mapped + text.slice(from)).replace(PRELUDE_FRAME, '').trimEnd()
}

interface MapThread extends AsyncDisposable {
  ask(key: string, map: string | undefined, places: readonly GeneratedPlace[]): Promise<MapAnswer>
}

/** One question at a time; a thread that does not answer in time, or dies, is ended and made anew for the next. */
function createMapThread(): MapThread {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let last = 0
  const end = async (): Promise<void> => {
    const ending = worker
    worker = undefined
    clearTimeout(idle)
    await ending?.terminate()
  }
  return {
    async ask(key, map, places) {
      clearTimeout(idle)
      const isFresh = worker === undefined
      worker ??= startThread()
      last += 1
      const question: MapQuestion = { id: last, key, map, places }
      try {
        return await exchange(worker, question, MAP_BUDGET_MS + (isFresh ? MAP_THREAD_START_MS : 0))
      } catch (error) {
        await end()
        throw error
      } finally {
        idle = setTimeout(() => void end(), MAP_THREAD_IDLE_MS)
        idle.unref()
      }
    },
    [Symbol.asyncDispose]: end,
  }
}

function startThread(): Worker {
  const worker = new Worker(new URL('./map-thread.ts', import.meta.url), {
    env: {},
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MAP_THREAD_HEAP_MB, maxYoungGenerationSizeMb: 16 },
  })
  worker.unref()
  return worker
}

async function exchange(worker: Worker, question: MapQuestion, budgetMs: number): Promise<MapAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<MapAnswer>()
  const onMessage = (answer: MapAnswer): void => {
    if (answer.id === question.id) resolve(answer)
  }
  const late = setTimeout(() => reject(new Error('The map takes too long.')), budgetMs)
  worker.on('message', onMessage)
  worker.once('error', reject)
  worker.once('exit', reject)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(question)
  try {
    return await promise
  } finally {
    clearTimeout(late)
    worker.off('message', onMessage)
    worker.off('error', reject)
    worker.off('exit', reject)
  }
}
