import { registryError } from '../errors.ts'
import { MAX_PUBLISHES, MAX_WAITING_PUBLISHES } from './limits.ts'

/** Lets so many publishes run at once; some more wait, because an npm client that is refused does not come back. */
export function createTurns(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= MAX_PUBLISHES) {
      if (waiting.length >= MAX_WAITING_PUBLISHES) {
        throw registryError('BUSY', 'Expected fewer publishes at once, found too many. Try again in a moment.')
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
