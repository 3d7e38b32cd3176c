import type { Results } from './workloads.ts'

/** One promise and what was found. */
export interface Target {
  readonly what: string
  readonly expected: string
  readonly found: string
  readonly isMet: boolean
}

/** Source: issue 5, "fast, beside Verdaccio". */
const TIMES: readonly (readonly [load: string, times: number])[] = [
  ['publish 20 kB, one caller', 3],
  ['publish 20 kB, 16 callers', 3],
  ['publish 1 MiB, one caller', 3],
  ['packument, 16 callers', 3],
  ['packument of 60 versions, 16 callers', 3],
  ['tarball 1 MiB, 8 callers', 4],
]
const SEARCH_MS = 5
const PING_MS = 50
const RESIDENT_SHARE = 0.5

export function compare(ours: Results, theirs: Results, searchP50: number): readonly Target[] {
  const faster = TIMES.map(([load, times]) => {
    const found = (ours.loads[load]?.perSecond ?? 0) / (theirs.loads[load]?.perSecond ?? Number.NaN)
    return { what: load, expected: `≥ ${times} ×`, found: `${found.toFixed(1)} ×`, isMet: found >= times }
  })
  const share = (ours.resident ?? Number.NaN) / (theirs.resident ?? Number.NaN)
  return [
    ...faster,
    limit('search over 20,000 packages, p50', searchP50, SEARCH_MS),
    limit('ping p99 during 30 MiB uploads', ours.pingP99, PING_MS),
    {
      what: 'resident memory',
      expected: `≤ ${RESIDENT_SHARE} ×`,
      found: `${share.toFixed(2)} × (${ours.resident?.toFixed(0)} MiB)`,
      isMet: share <= RESIDENT_SHARE,
    },
  ]
}

function limit(what: string, found: number, most: number): Target {
  return { what, expected: `≤ ${most} ms`, found: `${found.toFixed(1)} ms`, isMet: found <= most }
}
