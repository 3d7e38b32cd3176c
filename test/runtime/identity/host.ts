import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import type { Identity } from '../../../runtime/src/identity/identity.ts'
import { openIdentity } from '../../../runtime/src/identity/open-identity.ts'
import type { Principal } from '../../../runtime/src/identity/principal.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'

export const PASSWORD = 'correct horse battery staple'

/** Identity over a real store in memory, with a clock that only the test moves. */
export interface TestHost extends AsyncDisposable {
  readonly store: Store
  readonly identity: Identity
  readonly events: AuditEvent[]
  /** Moves the clock. */
  pass(ms: number): void
  now(): Date
  /** The first admin, made with a setup link, acting in `main`. */
  admin(): Promise<Principal>
}

export async function openTestHost(): Promise<TestHost> {
  const store = await openStore({ url: 'sqlite::memory:' })
  const events: AuditEvent[] = []
  let time = Date.parse('2026-11-21T10:00:00Z')
  const now = () => new Date(time)
  const audit = { record: (event: AuditEvent) => void events.push(event) }
  const identity = await openIdentity({ store, audit, clock: now })
  return {
    store,
    identity,
    events,
    now,
    pass: (ms) => (time += ms),
    async admin() {
      const link = await identity.renewSetupLink()
      const request = { token: link?.token ?? '', email: 'Ada@Example.com', displayName: 'Ada', password: PASSWORD }
      const session = await identity.setup(request, 'r-setup')
      return identity.authenticateSession(session.secret)
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}
