import { setImmediate } from 'node:timers/promises'
import type { TestClock } from '@nexus/plugin-api/testing'
import { comingRun } from '../../schedule/times.ts'
import { developerError } from '../errors.ts'
import { SCHEDULED_RUNS } from '../limits.ts'
import type { Installed } from '../workbench/install.ts'
import { runSchedule } from '../workbench/run-handler.ts'

/** The clock of a plugin under test: moves its sandbox, and runs its schedules on the way. */
export function createTestClock(installed: () => Installed, beginMs: number): TestClock {
  let nowMs = beginMs
  const moveTo = async (ms: number): Promise<void> => {
    await installed().site.sandbox?.advance?.(ms - nowMs)
    nowMs = ms
  }
  return {
    now: () => new Date(nowMs),
    async advance(ms) {
      if (!Number.isFinite(ms) || ms < 0)
        throw developerError('BENCH_CLOCK', `Expected milliseconds to move on by, found ${ms}.`)
      // A call that was begun before this move is part of it.
      while (installed().site.onTheWay.size > 0) await setImmediate()
      const target = nowMs + ms
      const failures: unknown[] = []
      for (let runs = 0; ; runs += 1) {
        const next = nextRun(installed(), nowMs)
        if (next === undefined || next.at > target) break
        if (runs === SCHEDULED_RUNS)
          throw developerError('BENCH_CLOCK', `Expected at most ${SCHEDULED_RUNS} runs within one move, found more.`)
        await moveTo(next.at)
        // Not waited for: a run may sleep, and only a clock that goes on wakes it.
        for (const name of next.names)
          runSchedule(installed(), name, new Date(next.at)).catch((error: unknown) => failures.push(error))
        await moveTo(next.at)
      }
      await moveTo(target)
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** The next time after `nowMs` that any schedule names, and which of them do. */
function nextRun(
  { row }: Installed,
  nowMs: number,
): { readonly at: number; readonly names: readonly string[] } | undefined {
  const coming = row.grants.schedules.flatMap((schedule) => {
    const slot = comingRun(row.id, schedule, new Date(nowMs))?.slot.getTime()
    return slot === undefined ? [] : [{ name: schedule.name, slot }]
  })
  if (coming.length === 0) return undefined
  const at = Math.min(...coming.map(({ slot }) => slot))
  return { at, names: coming.filter(({ slot }) => slot === at).map(({ name }) => name) }
}
