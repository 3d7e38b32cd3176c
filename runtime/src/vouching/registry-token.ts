import { type Principal, personOf } from '../identity/principal.ts'
import { vouchingError } from './host-key.ts'
import type { PeopleParts } from './people.ts'

/** Own secret under which a person keeps their token of the registry. */
const TOKEN_SECRET = 'registry-token'

/**
 * What a person may do at the registry is between them and the registry: their own token decides. Only the admin of a host
 * that runs the registry itself needs none.
 */
export async function registryToken(
  { secrets, adminToken }: Pick<PeopleParts, 'secrets' | 'adminToken'>,
  principal: Principal,
): Promise<string> {
  const own = await secrets.revealOwn(principal.workspaceId, personOf(principal), TOKEN_SECRET)
  if (own !== undefined) return own
  if (adminToken !== undefined && principal.roles.includes('admin')) return adminToken
  throw vouchingError(
    'REGISTRY_TOKEN_MISSING',
    `Expected a token of the registry among your own secrets, found none. Keep it with \`nexus secret set ${TOKEN_SECRET} --mine\`.`,
  )
}
