import { type IdentityContext, record } from '../context.ts'
import { digestOf } from '../random-value.ts'

export async function signOut(context: IdentityContext, secret: string, requestId: string): Promise<void> {
  const idHash = digestOf(secret)
  const session = await context.store.sessions.get(idHash)
  if (session === undefined) return
  await context.store.sessions.remove(idHash)
  const actor = `user:${session.userId}`
  record(context, { actor, action: 'user.signed-out', target: actor, requestId })
}
