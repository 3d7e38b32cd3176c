import type { BackgroundView } from '../../contract/index.ts'
import type { EventReadings } from '../../events/index.ts'
import type { ScheduleReading } from '../../schedule/index.ts'
import type { InstallationRow } from '../../store/store.ts'
import type { Translate } from '../language.ts'

/** Granted schedules with their runs, and how events fare. */
export function backgroundView(
  { manifest, grants }: Pick<InstallationRow, 'manifest' | 'grants'>,
  readings: ReadonlyMap<string, ScheduleReading>,
  events: EventReadings,
  translate: Translate,
): BackgroundView {
  const asked = [...(manifest.permissions.schedules ?? []), ...(manifest.optionalPermissions.schedules ?? [])]
  const named = (direction: 'subscribe' | 'emit') =>
    grants.events.filter((event) => event.direction === direction).map(({ event }) => event)
  return {
    schedules: grants.schedules.map(({ name, cron, timeZone = 'UTC' }) => {
      const reason = asked.find((schedule) => schedule.name === name)?.reason
      return {
        name,
        cron,
        timeZone,
        reason: reason === undefined ? '' : translate(reason),
        ...runs(readings.get(name)),
      }
    }),
    events: { hears: named('subscribe'), sends: named('emit'), ...events },
  }
}

function runs(reading: ScheduleReading | undefined) {
  if (reading === undefined) return { running: false, runs: 0, failures: 0 }
  const { nextRunAt, running, lastRun, failures } = reading
  return {
    running,
    runs: reading.runs,
    failures,
    ...(nextRunAt !== undefined && { nextRunAt: nextRunAt.toISOString() }),
    ...(lastRun !== undefined && {
      lastRun: {
        at: lastRun.at.toISOString(),
        outcome: lastRun.outcome,
        ...(lastRun.code !== undefined && { code: lastRun.code }),
      },
    }),
  }
}
