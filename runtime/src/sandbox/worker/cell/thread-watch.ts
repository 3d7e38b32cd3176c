import type { Worker } from 'node:worker_threads'
import { CPU_ANSWER_MS, THREAD_IDLE_MS, WATCH_MS } from '../limits.ts'

/** Judges whether a thread has been busy with one piece of work for more CPU time than it may. */
export interface ThreadWatch {
  /** Another piece of work: the thread had used `threadMicroseconds` of CPU by now. */
  turned(threadMicroseconds: number): void
  /** True when the thread was busy since it was last looked at. */
  look(now: number): boolean
  /** Milliseconds of the work that runs now, 0 when the thread waits. */
  busyMs(now: number): number
}

export interface ThreadWatchParts {
  readonly worker: Pick<Worker, 'cpuUsage' | 'performance'>
  /** CPU time that the work which runs now may still use, milliseconds. */
  readonly budgetMs: () => number
  readonly onOverrun: () => void
}

/**
 * Busy means that the thread's event loop did not wait since the work began, inside of an entry or not. CPU time, not
 * wall time, decides: the thread is asked for it, which interrupts JavaScript. Built-ins that cannot be interrupted do
 * not answer; then the time of the whole process decides, which holds hardly anything but its busy threads.
 */
export function createThreadWatch({ worker, budgetMs, onOverrun }: ThreadWatchParts): ThreadWatch {
  let idleMs = 0
  let since = performance.now()
  let baseMicroseconds = 0
  let processBase = processMicroseconds()
  let turn = 0
  let asked: number | undefined

  const begin = (now: number): void => {
    turn += 1
    since = now
    processBase = processMicroseconds()
    asked = undefined
  }
  const ask = async (of: number): Promise<void> => {
    try {
      const { user, system } = await worker.cpuUsage()
      if (of !== turn) return
      asked = undefined
      if ((user + system - baseMicroseconds) / 1000 > budgetMs() + WATCH_MS) onOverrun()
    } catch {
      // The thread is gone: the pool reports it.
      asked = undefined
    }
  }
  return {
    turned(threadMicroseconds) {
      baseMicroseconds = threadMicroseconds
      begin(performance.now())
    },
    look(now) {
      const { idle } = worker.performance.eventLoopUtilization()
      const waited = idle - idleMs > THREAD_IDLE_MS
      idleMs = idle
      if (waited) begin(now)
      else if (asked !== undefined) {
        const isOver = processMicroseconds() - processBase > (budgetMs() + WATCH_MS) * 1000
        if (now - asked > CPU_ANSWER_MS && isOver) onOverrun()
      } else if (now - since > budgetMs()) {
        asked = now
        void ask(turn)
      }
      return !waited
    },
    busyMs: (now) => now - since,
  }
}

function processMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
