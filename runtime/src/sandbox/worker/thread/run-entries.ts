import { enter } from '../../guest/entry.ts'
import { POST_MEMBERS, posts } from '../../guest/wire.ts'
import { LATE_POSTS_FIRST_MS, LATE_POSTS_LAST_MS } from '../limits.ts'
import type { ThreadMessage } from '../words.ts'

/** One entry into the guest. */
export interface Entry {
  readonly call: number
  /** As in `entries`; 0 for the plugin's start. */
  readonly kind: number
  /** Answers the outbox. */
  readonly run: () => readonly unknown[]
}

export interface EntryLine {
  push(entry: Entry): void
  /** Like `push`, for the guest's one way in. */
  enter(kind: number, id: number, head: string, text: string, call: number): void
}

export interface EntryLineParts {
  readonly send: (message: ThreadMessage) => void
  /** A call was answered or failed. */
  readonly onCallOver: (call: number) => void
}

/**
 * Runs entries one after another, each with its microtasks, so that CPU time can be attributed. Code that goes on after a
 * native promise runs in no entry: what it posted is found when the next entry comes, or by looking again soon.
 */
export function createEntryLine({ send, onCallOver }: EntryLineParts): EntryLine {
  // Node's own, taken before plugin code runs and before the globals are cleared.
  const { setImmediate, setTimeout, clearTimeout } = globalThis
  const waiting: Entry[] = []
  const teller = createTeller(send, onCallOver)
  let running = false
  let timer: NodeJS.Timeout | undefined
  let lateMs = LATE_POSTS_FIRST_MS

  const look = (): void => {
    timer = undefined
    if (running) return
    lateMs = teller.tellLate() ? LATE_POSTS_FIRST_MS : Math.min(2 * lateMs, LATE_POSTS_LAST_MS)
    timer = setTimeout(look, lateMs)
  }
  const next = (): void => {
    const entry = waiting.shift()
    if (entry === undefined) {
      running = false
      lateMs = LATE_POSTS_FIRST_MS
      timer ??= setTimeout(look, lateMs)
      return
    }
    running = true
    clearTimeout(timer)
    timer = undefined
    teller.tellLate()
    teller.begin(entry)
    let failed: string | undefined
    try {
      teller.take(entry.run())
    } catch (error) {
      failed = messageOf(error)
    }
    // Microtasks run before this does.
    setImmediate(() => {
      teller.tell(entry.call, entry.kind, failed)
      next()
    })
  }
  const push = (entry: Entry): void => {
    waiting.push(entry)
    if (!running) next()
  }
  return {
    push,
    enter: (kind, id, head, text, call) => push({ call, kind, run: () => enter(kind, id, head, text, call) }),
  }
}

/** Tells the main thread what was posted since it was last told, and what CPU time went by. */
function createTeller(send: EntryLineParts['send'], onCallOver: EntryLineParts['onCallOver']) {
  const cpu = process.threadCpuUsage.bind(process)
  const threadMicroseconds = (): number => {
    const { user, system } = cpu()
    return user + system
  }
  // The guest goes on writing to the last outbox until it is entered again.
  let outbox: readonly unknown[] = []
  let told = 0
  let mark = threadMicroseconds()

  const tell = (call: number, kind: number, failed: string | undefined): void => {
    const fresh = outbox.slice(told)
    told = outbox.length
    const now = threadMicroseconds()
    send({ type: 'ended', call, kind, microseconds: now - mark, threadMicroseconds: now, outbox: fresh, failed })
    mark = now
    for (let at = 0; at + POST_MEMBERS <= fresh.length; at += POST_MEMBERS) {
      const [posted, id] = [fresh[at], fresh[at + 1]]
      if ((posted === posts.answered || posted === posts.failed) && typeof id === 'number') onCallOver(id)
    }
    if (failed !== undefined) onCallOver(call)
  }
  return {
    begin: ({ call, kind }: Entry): void =>
      send({ type: 'began', call, kind, threadMicroseconds: threadMicroseconds() }),
    take(posted: readonly unknown[]): void {
      if (posted !== outbox) told = 0
      outbox = posted
    },
    tell,
    /** Posts that belong to no entry. False when there are none. */
    tellLate(): boolean {
      if (outbox.length === told) return false
      tell(0, 0, undefined)
      return true
    },
  }
}

/** A plugin's error may hold anything as its message; only text can leave the thread. */
export function messageOf(error: unknown): string {
  return error instanceof Error && typeof error.message === 'string'
    ? error.message
    : 'The plugin threw something that is not an Error.'
}
