import { HostArray } from './primordials.ts'
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
/** Members that one entry may leave: everything else is bounded by calls, but timers can be set and cleared for ever. */
const MAX_KEPT = 50_000

/**
 * A callback into the cell costs two thread switches, a text that the entry returns costs none. Microtasks run before
 * the cell copies what an entry returned, so an `async` handler's answer leaves with the entry that made it.
 */
export function createOutbox(callback: Callback): Outbox {
  let kept: unknown[] = new HostArray()
  let taken = false
  let call = 0
  let timers = 0
  const keep = (kind: number, id: number, head: string, text: string, forCall: number): void => {
    // By index: `push` can be replaced by the plugin, an own element cannot.
    const at = kept.length
    kept[at] = kind
    kept[at + 1] = id
    kept[at + 2] = head
    kept[at + 3] = text
    kept[at + 4] = forCall
  }
  return {
    post(kind, id, head, text, forCall = call) {
      if (kind === posts.log || kind === posts.progress || kind === posts.random || kind === posts.url)
        return callback(kind, id, head, text, call)
      if (kind === posts.timerSet) {
        if (timers >= MAX_TIMERS || kept.length > MAX_KEPT) return 'SANDBOX_CAPABILITY_LIMIT'
        timers += 1
      } else if (kind === posts.timerClear) timers -= 1
      keep(kind, id, head, text, forCall)
      return ''
    },
    enter(now) {
      if (taken) {
        kept = new HostArray()
        taken = false
      }
      call = now
    },
    timerFired() {
      timers -= 1
    },
    take() {
      taken = true
      return kept
    },
  }
}
