import type { Piscina } from 'piscina'
import type { CallTask } from '../words.ts'

/** The calls that were given to the pool. Which thread serves one is known only when that thread begins it. */
export interface Calls {
  run(task: CallTask): void
  /** Remembers to cancel a call that no thread has begun yet. */
  cancelEarly(id: number): void
  /** True once for a call that was cancelled before its thread began it. */
  readonly wasCancelled: (id: number) => boolean
}

/** `onDeath` hears why the thread of a call is gone; answers leave another way. */
export function createCalls(pool: Pick<Piscina, 'run'>, onDeath: (error: unknown) => void): Calls {
  const running = new Set<number>()
  const cancelled = new Set<number>()
  const run = async (task: CallTask): Promise<void> => {
    const [id] = task
    running.add(id)
    try {
      await pool.run(task)
    } catch (error) {
      onDeath(error)
    }
    running.delete(id)
    cancelled.delete(id)
  }
  return {
    run: (task) => void run(task),
    cancelEarly(id) {
      if (running.has(id)) cancelled.add(id)
    },
    wasCancelled: (id) => cancelled.delete(id),
  }
}
