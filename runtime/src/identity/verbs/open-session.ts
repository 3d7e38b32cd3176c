import type { IdentityContext } from '../context.ts'
import type { OpenedSession } from '../identity.ts'
import { SESSION_ABSOLUTE_MS } from '../limits.ts'
import { digestOf, randomValue } from '../random-value.ts'

/** Opens a session with a value that nobody has seen before: there is nothing to fix in advance. */
export async function openSession(context: IdentityContext, userId: string): Promise<OpenedSession> {
  const now = context.now()
  const secret = randomValue()
  const expiresAt = new Date(now.getTime() + SESSION_ABSOLUTE_MS)
  await context.store.sessions.removeExpired(now)
  await context.store.sessions.insert({ idHash: digestOf(secret), userId, createdAt: now, lastSeenAt: now, expiresAt })
  return { secret, expiresAt, userId }
}
