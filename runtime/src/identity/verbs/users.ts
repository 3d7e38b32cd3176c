import type { MembershipRow } from '../../store/store.ts'
import { WHOLE_HOST, rolesIn } from '../build-principal.ts'
import type { IdentityContext } from '../context.ts'
import type { UserFacts } from '../identity.ts'
import { requirePermission } from '../permission-check.ts'
import type { Principal } from '../principal.ts'

export async function users(context: IdentityContext, principal: Principal): Promise<readonly UserFacts[]> {
  requirePermission(principal, 'users:manage')
  const { store } = context
  const here = await store.memberships.ofWorkspace(principal.workspaceId)
  const everywhere = await store.memberships.ofWorkspace(WHOLE_HOST)
  const byUser = Map.groupBy([...here, ...everywhere], (membership: MembershipRow) => membership.userId)
  return (await store.users.list())
    .map((user) => ({ user, roles: rolesIn(principal.workspaceId, byUser.get(user.id) ?? []) }))
    .filter(({ roles }) => roles.length > 0)
}
