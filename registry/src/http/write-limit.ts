import { registryError } from '../errors.ts'
import { MAX_CONCURRENT_WRITES } from '../limits.ts'

/** Lets so many uploads and publications run at once and asks the rest to come back. */
export function createWriteLimit(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let running = 0
  return async (work) => {
    if (running >= MAX_CONCURRENT_WRITES) {
      throw registryError(
        'BUSY',
        `Expected at most ${MAX_CONCURRENT_WRITES} uploads at once, found as many. Try again in a moment.`,
      )
    }
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
    }
  }
}
