import { DAY_MS } from './limits.ts'

/** `2026-11-21` in UTC, so many days before `now`. */
export function dayBefore(days: number, now = Date.now()): string {
  return new Date(now - days * DAY_MS).toISOString().slice(0, 10)
}
