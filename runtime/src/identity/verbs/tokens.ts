import type { IdentityContext } from '../context.ts'
import type { Identity } from '../identity.ts'
import { requirePermission } from '../permission-check.ts'
import type { Principal } from '../principal.ts'

export async function tokens(context: IdentityContext, principal: Principal): ReturnType<Identity['tokens']> {
  const all = principal.permissions.has('users:manage')
  if (!all) requirePermission(principal, 'tokens:own')
  const rows = await context.store.tokens.ofWorkspace(principal.workspaceId)
  const names = new Map((await context.store.users.list()).map((user) => [user.id, user.displayName]))
  return rows
    .filter((row) => all || row.userId === principal.userId)
    .map((row) => ({ ...row, owner: names.get(row.userId) ?? 'removed' }))
}
