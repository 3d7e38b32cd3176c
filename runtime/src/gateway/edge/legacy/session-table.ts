import { gatewayError } from '../../errors.ts'
import { MAX_SESSIONS, MAX_SESSIONS_PER_PRINCIPAL, SESSION_IDLE_MS, SESSION_SWEEP_MS } from '../../limits.ts'
import type { ChangeHub } from '../../router/change-hub.ts'
import type { Selection } from '../../router/selection.ts'
import type { Subscriptions } from '../../router/subscriptions.ts'
import { ReplayBudget } from './replay.ts'
import { Session, type SessionStart } from './session.ts'

interface Options {
  readonly hub: ChangeHub
  readonly subscriptions: Subscriptions
  readonly selected: (session: Session) => Selection | undefined
}

function leastUsed(candidates: Iterable<Session>): Session | undefined {
  let found: Session | undefined
  for (const session of candidates) {
    if (!session.isBusy() && (found === undefined || session.lastSeenAt() < found.lastSeenAt())) found = session
  }
  return found
}

interface Entry {
  readonly session: Session
  readonly joined: Disposable
}

/**
 * The legacy sessions of this node. Idle ones end by themselves; where a principal or the host has too many, the one
 * that was not used for the longest time gives way, so that nobody takes all of them.
 */
export class SessionTable implements AsyncDisposable {
  readonly #options: Options
  readonly #sessions = new Map<string, Entry>()
  readonly #ofPrincipal = new Map<string, Set<Session>>()
  readonly #budget = new ReplayBudget()
  readonly #sweep: NodeJS.Timeout

  constructor(options: Options) {
    this.#options = options
    this.#sweep = setInterval(() => this.#endIdle(), SESSION_SWEEP_MS)
    this.#sweep.unref()
  }

  /** Fails with `SESSION_LIMIT` when all sessions that could give way are in use. */
  open(start: SessionStart): Session {
    const own = this.#ofPrincipal.get(start.principal.id) ?? new Set()
    this.#makeRoom(own)
    const session = new Session(start, this.#budget)
    const joined = this.#options.hub.join({
      selection: () => this.#options.selected(session),
      listChanged: (kinds) => session.listChanged(kinds),
      resourceUpdated: (uri, upstreamId) => session.resourceUpdated(uri, upstreamId),
    })
    this.#sessions.set(session.id, { session, joined })
    this.#ofPrincipal.set(start.principal.id, own.add(session))
    return session
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id)?.session
  }

  list(): readonly Session[] {
    return this.#all().toArray()
  }

  async close(session: Session): Promise<void> {
    const entry = this.#sessions.get(session.id)
    if (entry === undefined) return
    this.#sessions.delete(session.id)
    this.#leave(session)
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

  #all(): IteratorObject<Session> {
    return this.#sessions.values().map(({ session }) => session)
  }

  #makeRoom(own: ReadonlySet<Session>): void {
    const tooMany = own.size >= MAX_SESSIONS_PER_PRINCIPAL
    if (!tooMany && this.#sessions.size < MAX_SESSIONS) return
    const victim = leastUsed(tooMany ? own : this.#all())
    if (victim === undefined) {
      throw gatewayError(
        'SESSION_LIMIT',
        `Expected at most ${MAX_SESSIONS_PER_PRINCIPAL} sessions of one principal and ${MAX_SESSIONS} of all in use, found as many. End one with DELETE.`,
      )
    }
    void this.close(victim)
  }

  #leave(session: Session): void {
    const { id } = session.start.principal
    const own = this.#ofPrincipal.get(id)
    own?.delete(session)
    if (own?.size === 0) this.#ofPrincipal.delete(id)
  }

  #endIdle(): void {
    const before = Date.now() - SESSION_IDLE_MS
    for (const session of this.list()) if (!session.isBusy() && session.lastSeenAt() < before) void this.close(session)
  }
}
