import { gatewayError } from '../../errors.ts'
import { MAX_SESSIONS, MAX_SESSIONS_PER_PRINCIPAL, SESSION_IDLE_MS, SESSION_SWEEP_MS } from '../../limits.ts'
import type { ChangeHub } from '../../router/change-hub.ts'
import type { Selection } from '../../router/selection.ts'
import type { Subscriptions } from '../../router/subscriptions.ts'
import { Session, type SessionStart } from './session.ts'

interface Options {
  readonly hub: ChangeHub
  readonly subscriptions: Subscriptions
  readonly selected: (session: Session) => Selection | undefined
}

function leastUsed(candidates: readonly Session[]): Session | undefined {
  let found: Session | undefined
  for (const session of candidates) {
    if (!session.isBusy() && (found === undefined || session.lastSeenAt() < found.lastSeenAt())) found = session
  }
  return found
}

/** The legacy sessions of this node. Idle ones end by themselves; a principal with too many loses the oldest. */
export class SessionTable implements AsyncDisposable {
  readonly #options: Options
  readonly #sessions = new Map<string, { readonly session: Session; readonly joined: Disposable }>()
  readonly #sweep: NodeJS.Timeout

  constructor(options: Options) {
    this.#options = options
    this.#sweep = setInterval(() => this.#endIdle(), SESSION_SWEEP_MS)
    this.#sweep.unref()
  }

  open(start: SessionStart): Session {
    this.#makeRoom(start)
    const session = new Session(start)
    const joined = this.#options.hub.join({
      selection: () => this.#options.selected(session),
      listChanged: (kinds) => session.listChanged(kinds),
      resourceUpdated: (uri) => session.resourceUpdated(uri),
    })
    this.#sessions.set(session.id, { session, joined })
    return session
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id)?.session
  }

  list(): readonly Session[] {
    return this.#sessions
      .values()
      .map(({ session }) => session)
      .toArray()
  }

  async close(session: Session): Promise<void> {
    const entry = this.#sessions.get(session.id)
    if (entry === undefined) return
    this.#sessions.delete(session.id)
    entry.joined[Symbol.dispose]()
    session.end()
    const { subscriptions } = this.#options
    // An upstream that is gone has no subscriptions left to end.
    await Promise.allSettled([...session.subscriptions].map(([uri, upstream]) => subscriptions.remove(upstream, uri)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep)
    await Promise.all(this.list().map((session) => this.close(session)))
  }

  #makeRoom({ principal }: SessionStart): void {
    const own = this.list().filter((session) => session.start.principal.id === principal.id)
    if (own.length < MAX_SESSIONS_PER_PRINCIPAL && this.#sessions.size < MAX_SESSIONS) return
    const victim = leastUsed(own)
    if (victim === undefined) {
      throw gatewayError(
        'SESSION_LIMIT',
        `Expected at most ${MAX_SESSIONS_PER_PRINCIPAL} sessions of one principal in use, found as many. End one with DELETE.`,
      )
    }
    void this.close(victim)
  }

  #endIdle(): void {
    const before = Date.now() - SESSION_IDLE_MS
    for (const session of this.list()) if (!session.isBusy() && session.lastSeenAt() < before) void this.close(session)
  }
}
