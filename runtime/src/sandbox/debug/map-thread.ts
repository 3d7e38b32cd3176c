import { parentPort } from 'node:worker_threads'
import { TraceMap, originalPositionFor } from '@jridgewell/trace-mapping'
import { MAPS_KEPT } from './limits.ts'
import type { MapAnswer, MapQuestion } from './map-words.ts'

// Reads source maps, which strangers wrote, in a thread of its own: it has a small heap and is ended when it takes long.

const maps = new Map<string, TraceMap>()

function answer({ id, key, map, places }: MapQuestion): MapAnswer {
  const known = maps.get(key) ?? (map === undefined ? undefined : new TraceMap(map))
  if (known === undefined) return { id, isMissing: true, origins: [] }
  // Setting it anew moves it to the end: the first key is the one that was not asked for longest.
  maps.delete(key)
  maps.set(key, known)
  const oldest = maps.keys().next().value
  if (maps.size > MAPS_KEPT && oldest !== undefined) maps.delete(oldest)
  return { id, isMissing: false, origins: places.map(([line, column]) => originOf(known, line, column)) }
}

function originOf(map: TraceMap, line: number, column: number): MapAnswer['origins'][number] {
  const found = originalPositionFor(map, { line, column })
  return found.source === null ? undefined : [found.source, found.line, found.column + 1]
}

parentPort?.on('message', (question: MapQuestion) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(answer(question))
})
