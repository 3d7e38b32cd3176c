import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import { requirePermission } from '../permission-check.ts'
import type { Principal } from '../principal.ts'

export async function revokeToken(
  context: IdentityContext,
  principal: Principal,
  tokenId: string,
  requestId: string,
): Promise<void> {
  const all = principal.permissions.has('users:manage')
  if (!all) requirePermission(principal, 'tokens:own')
  const row = await context.store.tokens.get(tokenId)
  if (row?.workspaceId !== principal.workspaceId || (!all && row.userId !== principal.userId)) {
    throw identityError('IDENTITY_NOT_FOUND', 'Expected a token of yours in this workspace, found none with this id.')
  }
  if (row.revokedAt === undefined) await context.store.tokens.update(tokenId, { revokedAt: context.now() })
  context.tokens.clear()
  record(context, {
    workspaceId: row.workspaceId,
    actor: principal.id,
    action: 'token.revoked',
    target: `token:${tokenId}`,
    requestId,
  })
}
