import { setTimeout } from 'node:timers/promises'
import { SETTLE_LOOK_MS, SETTLE_MS } from './limits.ts'

/** The clock of a sandbox under test: it stands until it is moved, and its timers fire only then. */
export interface VirtualClock {
  /** Timers that wait. */
  readonly size: number
  has(id: number): boolean
  set(id: number, ms: number, call: number): void
  clear(id: number): void
  /** Moves on by `ms`; everything that falls due on the way runs in its order, at its time. */
  advance(ms: number): Promise<void>
}

export interface VirtualClockParts {
  /** Tells the guest the time. */
  readonly setTime: (ms: number) => Promise<void>
  readonly fire: (id: number, call: number) => Promise<void>
  /** Nothing runs in the guest and nothing that it asked of the host is outstanding. */
  readonly isQuiet: () => boolean
}

interface Timer {
  readonly dueMs: number
  readonly call: number
}

export function createVirtualClock(beginMs: number, parts: VirtualClockParts): VirtualClock {
  const timers = new Map<number, Timer>()
  let now = beginMs
  const moveTo = async (ms: number): Promise<void> => {
    now = ms
    await parts.setTime(ms)
  }
  return {
    get size() {
      return timers.size
    },
    has: (id) => timers.has(id),
    set: (id, ms, call) => void timers.set(id, { dueMs: now + ms, call }),
    clear: (id) => void timers.delete(id),
    async advance(ms) {
      const target = now + ms
      await quiet(parts)
      for (let next = firstUntil(timers, target); next !== undefined; next = firstUntil(timers, target)) {
        const [id, { dueMs, call }] = next
        timers.delete(id)
        await moveTo(dueMs)
        await parts.fire(id, call)
        await quiet(parts)
      }
      await moveTo(target)
    },
  }
}

/** The timer that is due first; of those due at once, the one that was set first. */
function firstUntil(timers: ReadonlyMap<number, Timer>, target: number): readonly [number, Timer] | undefined {
  let first: readonly [number, Timer] | undefined
  for (const entry of timers)
    if (entry[1].dueMs <= target && (first === undefined || entry[1].dueMs < first[1].dueMs)) first = entry
  return first
}

/** A guest that waits for a person, or for a host that is slow, holds nobody up for ever. */
async function quiet({ isQuiet }: VirtualClockParts): Promise<void> {
  const since = performance.now()
  while (!isQuiet() && performance.now() - since < SETTLE_MS) await setTimeout(SETTLE_LOOK_MS)
}
