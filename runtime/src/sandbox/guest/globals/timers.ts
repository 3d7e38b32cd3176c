import { HostMap, HostTypeError, apply, floor, max, min, toNumber } from '../primordials.ts'
import { type Post, posts } from '../wire.ts'

const MAX_TIMER_MS = 2_147_483_647

export interface Timers {
  readonly setTimeout: (handler: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => number
  readonly clearTimeout: (id?: number) => void
  fire(id: number): void
}

/** Timers that the cell keeps. Too many at once fail with a RangeError. */
export function createTimers(post: Post): Timers {
  const waiting = new HostMap<
    number,
    { readonly handler: (...args: unknown[]) => void; readonly args: readonly unknown[] }
  >()
  let last = 0
  return {
    setTimeout(handler, delay = 0, ...args) {
      if (typeof handler !== 'function')
        throw new HostTypeError('Expected a function, code from strings is not allowed.')
      last += 1
      const id = last
      const wait = min(max(floor(toNumber(delay)) || 0, 0), MAX_TIMER_MS)
      if (post(posts.timerSet, id, '', `${wait}`) !== '') throw new RangeError('Expected fewer timers at once.')
      waiting.set(id, { handler, args })
      return id
    },
    clearTimeout(id) {
      if (typeof id === 'number' && waiting.delete(id)) post(posts.timerClear, id, '', '')
    },
    fire(id) {
      const entry = waiting.get(id)
      waiting.delete(id)
      if (entry !== undefined) apply(entry.handler, undefined, [...entry.args])
    },
  }
}
