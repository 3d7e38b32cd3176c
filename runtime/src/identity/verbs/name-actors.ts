import type { IdentityContext } from '../context.ts'
import { requirePermission } from '../permission-check.ts'
import type { Principal } from '../principal.ts'

/**
 * What people call the actors of the audit trail: a person by name, a token by its name and whose it is. Actors of other
 * workspaces, and those that are gone, have no name here.
 */
export async function nameActors(
  { store }: IdentityContext,
  principal: Principal,
  actors: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  requirePermission(principal, 'audit:read')
  const names = new Map<string, string>()
  for (const actor of new Set(actors)) {
    const [kind, id = ''] = actor.split(':', 2)
    if (kind === 'user') {
      const user = await store.users.get(id)
      if (user !== undefined) names.set(actor, user.displayName)
    } else if (kind === 'token') {
      const token = await store.tokens.get(id)
      if (token === undefined || token.workspaceId !== principal.workspaceId) continue
      const owner = await store.users.get(token.userId)
      names.set(actor, owner === undefined ? token.name : `${token.name} (${owner.displayName})`)
    }
  }
  return names
}
