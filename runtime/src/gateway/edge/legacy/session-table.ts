import { gatewayError } from '../../errors.ts'
import { MAX_SESSIONS, MAX_SESSIONS_PER_PRINCIPAL, SESSION_IDLE_MS, SESSION_SWEEP_MS } from '../../limits.ts'
import type { ChangeHub } from '../../router/change-hub.ts'
import type { Selection } from '../../router/selection.ts'
import type { Subscriptions } from '../../router/subscriptions.ts'
import { Session, type SessionStart } from './session.ts'

export interface SessionTable extends AsyncDisposable {
  open(start: SessionStart): Session
  get(id: string): Session | undefined
  close(session: Session): Promise<void>
  list(): readonly Session[]
}

interface Options {
  readonly hub: ChangeHub
  readonly subscriptions: Subscriptions
  readonly selected: (session: Session) => Selection | undefined
}

/** The legacy sessions of this node. Idle ones end by themselves; a principal with too many loses the oldest. */
export function createSessionTable({ hub, subscriptions, selected }: Options): SessionTable {
  const sessions = new Map<string, { readonly session: Session; readonly joined: Disposable }>()

  const close = async (session: Session): Promise<void> => {
    const entry = sessions.get(session.id)
    if (entry === undefined) return
    sessions.delete(session.id)
    entry.joined[Symbol.dispose]()
    session.end()
    const left = [...session.subscriptions].map(([uri, upstream]) => subscriptions.remove(upstream, uri))
    // An upstream that is gone has no subscriptions left to end.
    await Promise.allSettled(left)
  }
  const leastUsed = (candidates: Iterable<Session>): Session | undefined => {
    let found: Session | undefined
    for (const session of candidates) {
      if (!session.isBusy() && (found === undefined || session.lastSeenAt() < found.lastSeenAt())) found = session
    }
    return found
  }
  const makeRoom = (start: SessionStart) => {
    const own = sessions
      .values()
      .map(({ session }) => session)
      .filter((session) => session.start.principal.id === start.principal.id)
      .toArray()
    if (own.length < MAX_SESSIONS_PER_PRINCIPAL && sessions.size < MAX_SESSIONS) return
    const victim = leastUsed(own)
    if (victim === undefined) {
      throw gatewayError(
        'SESSION_LIMIT',
        `Expected at most ${MAX_SESSIONS_PER_PRINCIPAL} sessions of one principal in use, found as many. End one with DELETE.`,
      )
    }
    void close(victim)
  }
  const sweep = setInterval(() => {
    const before = Date.now() - SESSION_IDLE_MS
    for (const { session } of sessions.values())
      if (!session.isBusy() && session.lastSeenAt() < before) void close(session)
  }, SESSION_SWEEP_MS)
  sweep.unref()

  return {
    open(start) {
      makeRoom(start)
      const session = new Session(start)
      const joined = hub.join({
        selection: () => selected(session),
        listChanged: (kinds) => session.listChanged(kinds),
        resourceUpdated: (uri) => session.resourceUpdated(uri),
      })
      sessions.set(session.id, { session, joined })
      return session
    },
    get: (id) => sessions.get(id)?.session,
    close,
    list: () =>
      sessions
        .values()
        .map(({ session }) => session)
        .toArray(),
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      await Promise.all(sessions.values().map(({ session }) => close(session)))
    },
  }
}
