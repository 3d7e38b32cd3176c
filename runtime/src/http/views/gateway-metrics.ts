import type { CacheReadings } from '../../gateway/cache/index.ts'
import type { MetricFamily } from '../../telemetry/index.ts'

const SOURCES = ['memory', 'store', 'shared', 'miss', 'bypass'] as const

/** Where answers to reads and cacheable calls came from, and what the memory of this node holds. */
export function cacheFamilies(workspace: string, readings: CacheReadings): readonly MetricFamily[] {
  const kinds = [
    ['resource', readings.resource],
    ['tool', readings.tool],
  ] as const
  const gauge = (name: string, help: string, value: number): MetricFamily => ({
    name,
    help,
    type: 'gauge',
    samples: [{ labels: {}, value }],
  })
  return [
    {
      name: 'nexus_cache_answers',
      help: 'Answers by where they came from; `miss` and `bypass` asked the server.',
      type: 'counter',
      samples: kinds.flatMap(([kind, counter]) =>
        SOURCES.map((source) => ({ labels: { workspace, kind, source }, value: counter[source] })),
      ),
    },
    gauge('nexus_cache_memory_bytes', 'Results in memory.', readings.bytes),
    gauge('nexus_cache_memory_entries', 'Results in memory.', readings.entries),
    {
      name: 'nexus_cache_evictions',
      help: 'Results that gave way to others.',
      type: 'counter',
      samples: [{ labels: {}, value: readings.evicted }],
    },
  ]
}

/** What waits for a person. */
export function definitionFamilies(workspace: string, waiting: number): readonly MetricFamily[] {
  const help = 'Changed or new definitions of servers that nobody has agreed to.'
  return [
    { name: 'nexus_definitions_waiting', help, type: 'gauge', samples: [{ labels: { workspace }, value: waiting }] },
  ]
}
