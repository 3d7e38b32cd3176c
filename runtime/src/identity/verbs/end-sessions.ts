import { type IdentityContext, record } from '../context.ts'
import { requirePermission } from '../permission-check.ts'
import type { Principal } from '../principal.ts'
import { manageableUser } from './change-user.ts'

export async function endSessions(
  context: IdentityContext,
  principal: Principal,
  userId: string,
  requestId: string,
): Promise<void> {
  if (principal.userId !== userId) {
    requirePermission(principal, 'users:manage')
    await manageableUser(context, principal, userId)
  }
  await context.store.sessions.removeOfUser(userId)
  record(context, { actor: principal.id, action: 'user.sessions-ended', target: `user:${userId}`, requestId })
}
