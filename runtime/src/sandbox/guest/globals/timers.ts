import { HostMap, HostRangeError, HostTypeError, apply, floor, max, min, toNumber } from '../primordials.ts'
import { type Post, posts } from '../wire.ts'

const MAX_TIMER_MS = 2_147_483_647

type Handler = (...args: unknown[]) => void
type SetTimer = (handler: Handler, delay?: number, ...args: unknown[]) => number
type ClearTimer = (id?: number) => void

export interface Timers {
  readonly setTimeout: SetTimer
  readonly clearTimeout: ClearTimer
  readonly setInterval: SetTimer
  readonly clearInterval: ClearTimer
  fire(id: number): void
}

interface Timer {
  readonly handler: Handler
  readonly args: readonly unknown[]
  readonly wait: number
  readonly repeats: boolean
}

/** Timers that the cell keeps. Too many at once fail with a RangeError. */
export function createTimers(post: Post): Timers {
  const waiting = new HostMap<number, Timer>()
  let last = 0
  const arm = (id: number, wait: number): void => {
    if (post(posts.timerSet, id, '', `${wait}`) !== '') throw new HostRangeError('Expected fewer timers at once.')
  }
  const start = (handler: Handler, delay: unknown, args: readonly unknown[], repeats: boolean): number => {
    if (typeof handler !== 'function') throw new HostTypeError('Expected a function, code from strings is not allowed.')
    // An interval of 0 would leave no room for anything else.
    const wait = min(max(floor(toNumber(delay)) || 0, repeats ? 1 : 0), MAX_TIMER_MS)
    last += 1
    arm(last, wait)
    waiting.set(last, { handler, args, wait, repeats })
    return last
  }
  const clear: ClearTimer = (id) => {
    if (typeof id === 'number' && waiting.delete(id)) post(posts.timerClear, id, '', '')
  }
  return {
    setTimeout: (handler, delay = 0, ...args) => start(handler, delay, args, false),
    setInterval: (handler, delay = 0, ...args) => start(handler, delay, args, true),
    clearTimeout: (id) => clear(id),
    clearInterval: (id) => clear(id),
    fire(id) {
      const timer = waiting.get(id)
      if (timer === undefined) return
      // Armed first: the handler may clear it.
      if (timer.repeats) arm(id, timer.wait)
      else waiting.delete(id)
      apply(timer.handler, undefined, [...timer.args])
    },
  }
}
