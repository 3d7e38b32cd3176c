import { HISTOGRAM_BUCKETS, HISTOGRAM_FIRST_MS, HISTOGRAM_GROWTH } from './limits.ts'

const STEP = Math.log(HISTOGRAM_GROWTH)

/** Counts by latency, in buckets that grow: small, cheap to add to, and can be summed over minutes. */
export type Histogram = Uint32Array

export function createHistogram(): Histogram {
  return new Uint32Array(HISTOGRAM_BUCKETS)
}

export function observe(histogram: Histogram, milliseconds: number): void {
  const bucket = milliseconds <= HISTOGRAM_FIRST_MS ? 0 : Math.ceil(Math.log(milliseconds / HISTOGRAM_FIRST_MS) / STEP)
  const index = Math.min(bucket, HISTOGRAM_BUCKETS - 1)
  histogram[index] = (histogram[index] ?? 0) + 1
}

export function addHistogram(sum: Histogram, part: Histogram): void {
  for (const [index, count] of part.entries()) sum[index] = (sum[index] ?? 0) + count
}

/** Upper end of the bucket that holds the quantile, in milliseconds; `null` when nothing was observed. */
export function quantile(histogram: Histogram, share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const rank = Math.ceil(total * share)
  let seen = 0
  const bucket = histogram.findIndex((count) => (seen += count) >= rank)
  return Math.round(HISTOGRAM_FIRST_MS * HISTOGRAM_GROWTH ** bucket * 100) / 100
}
