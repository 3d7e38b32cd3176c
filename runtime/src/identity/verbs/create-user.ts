import { randomUUID } from 'node:crypto'
import { errorCode } from '@nexus/plugin-api'
import { WHOLE_HOST } from '../build-principal.ts'
import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import type { Identity, UserFacts } from '../identity.ts'
import { readInput, userInput } from '../input.ts'
import { hashPassword } from '../passwords.ts'
import { requireMayGiveRole, requirePermission } from '../permission-check.ts'
import type { Principal } from '../principal.ts'

export async function createUser(
  context: IdentityContext,
  principal: Principal,
  request: Parameters<Identity['createUser']>[1],
  requestId: string,
): Promise<UserFacts> {
  requirePermission(principal, 'users:manage')
  const { email, displayName, password, role } = readInput(userInput, request)
  requireMayGiveRole(principal, role)
  const passwordHash = await hashPassword(password)
  const user = { id: randomUUID(), email, displayName, passwordHash, disabled: false, createdAt: context.now() }
  const workspaceId = role === 'admin' ? WHOLE_HOST : principal.workspaceId
  try {
    await context.store.users.create(user, [{ userId: user.id, workspaceId, role }])
  } catch (error) {
    if (errorCode(error) !== 'STORE_CONFLICT') throw error
    throw identityError(
      'IDENTITY_EMAIL_IN_USE',
      'Expected an e-mail address without an account, found one that has one. Use another address.',
    )
  }
  record(context, {
    workspaceId: principal.workspaceId,
    actor: principal.id,
    action: 'user.created',
    target: `user:${user.id}`,
    requestId,
    details: { role },
  })
  return { user, roles: [role] }
}
