import type { MembershipRow, UserRow } from '../../store/store.ts'
import { WHOLE_HOST, rolesIn } from '../build-principal.ts'
import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import type { Identity, UserFacts } from '../identity.ts'
import { readInput, userChangeInput } from '../input.ts'
import { requireMayGiveRole, requirePermission } from '../permission-check.ts'
import type { Principal, Role } from '../principal.ts'

export function changeUser(
  context: IdentityContext,
  principal: Principal,
  userId: string,
  request: Parameters<Identity['changeUser']>[2],
  requestId: string,
): Promise<UserFacts> {
  return context.inTurn(async () => {
    requirePermission(principal, 'users:manage')
    const { disabled, role } = readInput(userChangeInput, request)
    const { user, memberships } = await manageableUser(context, principal, userId)
    const rest = role === undefined ? memberships : withRole(principal, userId, memberships, role)
    await keepAnAdmin(context, user, rest, disabled ?? user.disabled)
    const event = { workspaceId: principal.workspaceId, actor: principal.id, target: `user:${userId}`, requestId }
    if (role !== undefined) {
      requireMayGiveRole(principal, role)
      await context.store.memberships.replace(userId, rest)
      record(context, { ...event, action: 'user.role-changed', details: { role } })
    }
    if (disabled !== undefined && disabled !== user.disabled) {
      await context.store.users.update(userId, { disabled })
      record(context, { ...event, action: disabled ? 'user.disabled' : 'user.enabled' })
    }
    // A session or a cached token must not keep what its user had.
    context.tokens.clear()
    await context.store.sessions.removeOfUser(userId)
    const changed = { ...user, disabled: disabled ?? user.disabled }
    return { user: changed, roles: rolesIn(principal.workspaceId, rest) }
  })
}

/** The user, when everything they may do is the principal's to give and to take. */
export async function manageableUser(
  context: IdentityContext,
  principal: Principal,
  userId: string,
): Promise<{ readonly user: UserRow; readonly memberships: readonly MembershipRow[] }> {
  const user = await context.store.users.get(userId)
  const memberships = await context.store.memberships.ofUser(userId)
  const isHostAdmin = principal.roles.includes('admin')
  const isKnownHere = isHostAdmin || rolesIn(principal.workspaceId, memberships).length > 0
  if (user === undefined || !isKnownHere) {
    throw identityError('IDENTITY_NOT_FOUND', 'Expected a person of this workspace, found nobody with this id.')
  }
  for (const { workspaceId, role } of memberships) {
    requireMayGiveRole(principal, role)
    if (isHostAdmin || workspaceId === principal.workspaceId) continue
    throw identityError(
      'IDENTITY_FORBIDDEN',
      'Expected a person of this workspace only, found one with roles elsewhere. Ask a host admin.',
    )
  }
  return { user, memberships }
}

/** Roles elsewhere stay; roles here, and those for the whole host, give way to the new one. */
function withRole(
  principal: Principal,
  userId: string,
  memberships: readonly MembershipRow[],
  role: Role,
): readonly MembershipRow[] {
  const replaced = new Set([principal.workspaceId, WHOLE_HOST])
  const elsewhere = memberships.filter(({ workspaceId }) => !replaced.has(workspaceId))
  return [...elsewhere, { userId, workspaceId: role === 'admin' ? WHOLE_HOST : principal.workspaceId, role }]
}

async function keepAnAdmin(
  context: IdentityContext,
  user: UserRow,
  memberships: readonly MembershipRow[],
  disabled: boolean,
): Promise<void> {
  if (!disabled && isAdmin(memberships)) return
  const everywhere = await context.store.memberships.ofWorkspace(WHOLE_HOST)
  const others = everywhere.filter(({ userId, role }) => role === 'admin' && userId !== user.id)
  for (const { userId } of others) if ((await context.store.users.get(userId))?.disabled === false) return
  if (!everywhere.some(({ userId, role }) => role === 'admin' && userId === user.id)) return
  throw identityError(
    'IDENTITY_LAST_ADMIN',
    'Expected another host admin who is not disabled, found none. Make somebody else admin first.',
  )
}

function isAdmin(memberships: readonly MembershipRow[]): boolean {
  return memberships.some(({ workspaceId, role }) => workspaceId === WHOLE_HOST && role === 'admin')
}
