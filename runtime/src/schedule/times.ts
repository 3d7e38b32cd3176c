import { createHash } from 'node:crypto'
import { Cron } from 'croner'
import type { Grants } from '../grants/grant.ts'
import { JITTER_SHARE, MAX_JITTER_MS } from './limits.ts'

export type GrantedSchedule = Grants['schedules'][number]

/** One coming run: the time the schedule names, and the time it really begins. */
export interface ComingRun {
  readonly slot: Date
  readonly dueMs: number
}

/** The first run whose time is after `after`; `undefined` when there is none any more. */
export function comingRun(installationId: string, schedule: GrantedSchedule, after: Date): ComingRun | undefined {
  // Day of the month or day of the week, as in crontab(5); times that a clock change skips run once, after it.
  const cron = new Cron(schedule.cron, { mode: '5-part', timezone: schedule.timeZone ?? 'UTC', paused: true })
  const slot = cron.nextRun(after)
  if (slot === null) return undefined
  const next = cron.nextRun(slot)
  const pauseMs = next === null ? Number.POSITIVE_INFINITY : next.getTime() - slot.getTime()
  const span = Math.min(MAX_JITTER_MS, pauseMs * JITTER_SHARE)
  return { slot, dueMs: slot.getTime() + Math.floor(shareOf(installationId, schedule.name) * span) }
}

/** 0 to below 1, always the same for one schedule of one installation: plugins of one time do not start at once. */
function shareOf(installationId: string, name: string): number {
  return createHash('sha256').update(`${installationId}\0${name}`).digest().readUInt32BE(0) / 2 ** 32
}
