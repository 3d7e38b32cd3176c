import type { Thread } from './thread.ts'

interface Asked {
  readonly thread: Thread
  readonly id: number
}

/** Each thread's guest counts its capability calls from one; the host knows the installation's by one number. */
export interface CapabilityNumbers {
  give(thread: Thread, id: number): number
  take(number: number): Asked | undefined
}

export function createCapabilityNumbers(): CapabilityNumbers {
  const asked = new Map<number, Asked>()
  let last = 0
  return {
    give(thread, id) {
      last = (last % 0xff_ff_ff_fe) + 1
      asked.set(last, { thread, id })
      return last
    },
    take(number) {
      const found = asked.get(number)
      asked.delete(number)
      return found
    },
  }
}
