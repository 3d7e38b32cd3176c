import type { NexusError } from '@nexus/plugin-api'
import { sandboxError } from '../errors.ts'

/** The host's side of a clock that stands until it is moved. */
export interface MovedClock {
  advance(ms: number): Promise<void>
  /** The cell says that a move is done. */
  advanced(id: number): void
  /** The sandbox is gone. */
  rejectAll(error: () => NexusError): void
}

/** `send` tells the cell; `isVirtual` is false for a sandbox of real time. */
export function createMovedClock(isVirtual: boolean, send: (id: number, ms: number) => void): MovedClock {
  const waiting = new Map<number, PromiseWithResolvers<void>>()
  let last = 0
  return {
    async advance(ms) {
      if (!isVirtual)
        throw sandboxError('SANDBOX_CLOCK', 'Expected a sandbox with a clock for tests, found one of real time.')
      last += 1
      const done = Promise.withResolvers<void>()
      waiting.set(last, done)
      send(last, ms)
      await done.promise
    },
    advanced(id) {
      waiting.get(id)?.resolve()
      waiting.delete(id)
    },
    rejectAll(error) {
      for (const { reject } of waiting.values()) reject(error())
      waiting.clear()
    },
  }
}
