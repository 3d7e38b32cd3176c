import { MAX_LATE_MS, MAX_TIMER_MS } from './limits.ts'
import { type GrantedSchedule, comingRun } from './times.ts'

export interface JobParts {
  readonly installationId: string
  readonly schedule: GrantedSchedule
  readonly now: () => Date
  /** Runs once; must not reject. */
  run(slot: Date): Promise<void>
  /** Told of a run that was left out, because the one before is not done. */
  leftOut(slot: Date): void
}

/** Waits for the times of one schedule. */
export interface Job extends Disposable {
  /** When the next run begins; `undefined` when there is none any more. */
  dueAt(): Date | undefined
}

/**
 * Starts waiting. The next time is reckoned from the clock after each run and each hour, so that times which passed
 * while the machine slept do not pile up.
 */
export function startJob({ installationId, schedule, now, run, leftOut }: JobParts): Job {
  let timer: NodeJS.Timeout | undefined
  let coming = comingRun(installationId, schedule, now())
  let running = false

  const fire = (slot: Date): void => {
    if (running) {
      leftOut(slot)
      return
    }
    running = true
    void run(slot).then(() => {
      running = false
    })
  }
  const wait = (): void => {
    if (coming === undefined) return
    timer = setTimeout(look, Math.min(Math.max(0, coming.dueMs - now().getTime()), MAX_TIMER_MS))
  }
  const look = (): void => {
    if (coming === undefined) return
    const { slot, dueMs } = coming
    const lateMs = now().getTime() - dueMs
    // Between its time and its beginning a run stays as it is; before, the clock may have been set.
    if (lateMs >= 0 || slot > now()) coming = comingRun(installationId, schedule, now())
    if (lateMs >= 0 && lateMs <= MAX_LATE_MS) fire(slot)
    wait()
  }
  wait()
  return {
    dueAt: () => (coming === undefined ? undefined : new Date(coming.dueMs)),
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
