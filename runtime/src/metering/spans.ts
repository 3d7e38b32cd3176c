/** Length of a bucket. */
export type Resolution = 'minute' | 'hour' | 'day'

/** Span of a budget. */
export type Period = 'day' | 'month'

/** When the bucket that holds an instant began, in UTC. */
export function bucketStart(at: Date, resolution: Resolution): Date {
  const start = new Date(at)
  start.setUTCSeconds(0, 0)
  if (resolution !== 'minute') start.setUTCMinutes(0)
  if (resolution === 'day') start.setUTCHours(0)
  return start
}

/** When the period that holds an instant began, in UTC. */
export function periodStart(at: Date, period: Period): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), period === 'month' ? 1 : at.getUTCDate()))
}

/** When the period that holds an instant ends, in UTC. */
export function periodEnd(at: Date, period: Period): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  return new Date(period === 'month' ? Date.UTC(year, month + 1, 1) : Date.UTC(year, month, day + 1))
}
