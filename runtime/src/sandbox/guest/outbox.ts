import { HostArray, HostMap } from './primordials.ts'
import { type Callback, type Post, posts } from './wire.ts'

/** What the guest wants to tell the cell, kept until the entry that runs now is over. */
export interface Outbox {
  readonly post: Post
  /** Names the call that everything posted from now on belongs to, until the next entry. */
  enter(call: number): void
  timerFired(): void
  /** What was posted since the last entry; posts of this entry's microtasks are still added to it. */
  take(): unknown[]
}

const MAX_TIMERS = 64
/** Kind of a post that was taken back; the cell skips it. */
const NOTHING = 0

/** Where a post goes: its place in the outbox, then its members. */
type Put = (at: number, kind: number, id: number, head: string, text: string, forCall: number) => void

/** Timers of the guest, at most 64. `end` is the first free place of the outbox. */
function createTimerPosts(put: Put, end: () => number) {
  let timers = 0
  /** Timers set since the last entry, and where their posts stand. */
  const sets = new HostMap<number, number>()
  /** Places of posts that were taken back. */
  const free: number[] = []
  let freed = 0
  return {
    set(id: number, text: string, forCall: number): string {
      if (timers >= MAX_TIMERS) return 'SANDBOX_CAPABILITY_LIMIT'
      timers += 1
      let at = end()
      if (freed > 0) {
        freed -= 1
        at = free[freed] ?? at
      }
      put(at, posts.timerSet, id, '', text, forCall)
      sets.set(id, at)
      return ''
    },
    // A timer that the cell never heard of leaves nothing behind, however often that happens within one entry.
    clear(id: number, forCall: number): string {
      timers -= 1
      const at = sets.get(id)
      if (at === undefined) put(end(), posts.timerClear, id, '', '', forCall)
      else {
        sets.delete(id)
        put(at, NOTHING, 0, '', '', 0)
        free[freed] = at
        freed += 1
      }
      return ''
    },
    fired(): void {
      timers -= 1
    },
    /** The outbox was taken: all places are new. */
    taken(): void {
      sets.clear()
      freed = 0
    },
  }
}

function isUrgent(kind: number): boolean {
  const { log, progress, message, random, url } = posts
  return kind === log || kind === progress || kind === message || kind === random || kind === url
}

/**
 * A callback into the cell costs two thread switches, a text that the entry returns costs none. Microtasks run before
 * the cell copies what an entry returned, so an `async` handler's answer leaves with the entry that made it.
 */
export function createOutbox(callback: Callback): Outbox {
  let kept: unknown[] = new HostArray()
  let taken = false
  let call = 0
  // By index: `push` can be replaced by the plugin, an own element cannot.
  const put: Put = (at, kind, id, head, text, forCall) => {
    kept[at] = kind
    kept[at + 1] = id
    kept[at + 2] = head
    kept[at + 3] = text
    kept[at + 4] = forCall
  }
  const timers = createTimerPosts(put, () => kept.length)
  return {
    post(kind, id, head, text, forCall = call) {
      if (isUrgent(kind)) return callback(kind, id, head, text, call)
      if (kind === posts.timerSet) return timers.set(id, text, forCall)
      if (kind === posts.timerClear) return timers.clear(id, forCall)
      put(kept.length, kind, id, head, text, forCall)
      return ''
    },
    enter(now) {
      if (taken) {
        kept = new HostArray()
        timers.taken()
        taken = false
      }
      call = now
    },
    timerFired: timers.fired,
    take() {
      taken = true
      return kept
    },
  }
}
