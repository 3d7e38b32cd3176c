import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import type { Identity, OpenedSession } from '../identity.ts'
import { passwordChangeInput, readInput } from '../input.ts'
import { hashPassword, verifyPassword } from '../passwords.ts'
import type { Principal } from '../principal.ts'
import { openSession } from './open-session.ts'
import { takeAttempt } from './sign-in.ts'

export async function changePassword(
  context: IdentityContext,
  principal: Principal,
  request: Parameters<Identity['changePassword']>[1],
  requestId: string,
): Promise<OpenedSession> {
  const { currentPassword, newPassword } = readInput(passwordChangeInput, request)
  const user = principal.userId === undefined ? undefined : await context.store.users.get(principal.userId)
  if (user === undefined || principal.tokenId !== undefined) {
    throw identityError('IDENTITY_FORBIDDEN', 'Expected a person with a session, found another principal. Sign in.')
  }
  takeAttempt(context, user.email, `user ${user.id}`, requestId)
  const event = { actor: principal.id, action: 'user.password-changed', target: `user:${user.id}`, requestId }
  if (!(await verifyPassword(user.passwordHash, currentPassword))) {
    record(context, { ...event, outcome: 'denied' })
    throw identityError('IDENTITY_SIGN_IN_FAILED', 'Expected the current password, found another. Try again.')
  }
  await context.store.users.update(user.id, { passwordHash: await hashPassword(newPassword) })
  context.accountAttempts.forget(user.email)
  context.addressAttempts.forget(`user ${user.id}`)
  await context.store.sessions.removeOfUser(user.id)
  record(context, event)
  return openSession(context, user.id)
}
