import { Cron } from 'croner'

/** A time of the week or day that opens again and again. */
export interface TimeWindow {
  /** Five fields, as in crontab(5): when it opens. */
  readonly cron: string
  /** How long it stays open. */
  readonly minutes: number
  /** IANA name; UTC when absent. */
  readonly timeZone?: string | undefined
}

const MINUTE_MS = 60_000

/** True while the window is open: it opened within its minutes before `now`. */
export function isWithin(window: TimeWindow, now: Date): boolean {
  const opened = cronOf(window).nextRun(new Date(now.getTime() - window.minutes * MINUTE_MS))
  return opened !== null && opened <= now
}

/** `now` while it is open, else when it opens next; `undefined` when it never does. */
export function nextOpening(window: TimeWindow, now: Date): Date | undefined {
  if (isWithin(window, now)) return now
  return cronOf(window).nextRun(now) ?? undefined
}

/** Why these are no window, in words; `undefined` when they are. */
export function windowIssue(window: TimeWindow): string | undefined {
  try {
    return cronOf(window).nextRun() === null ? 'Expected a time that comes, found none.' : undefined
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return `Expected five fields as in crontab(5) and a time zone such as Europe/Berlin, found: ${found}`
  }
}

function cronOf({ cron, timeZone }: TimeWindow): Cron {
  return new Cron(cron, { mode: '5-part', timezone: timeZone ?? 'UTC', paused: true })
}
