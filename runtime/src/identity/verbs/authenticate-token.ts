import { errorCode } from '@nexus/plugin-api'
import type { ApiTokenRow } from '../../store/store.ts'
import { isApiToken } from '../api-token.ts'
import { buildPrincipal } from '../build-principal.ts'
import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import type { CheckedToken, TokenUse } from '../identity.ts'
import { TOUCH_MS } from '../limits.ts'
import type { Principal } from '../principal.ts'
import { digestOf } from '../random-value.ts'
import { notAMember } from './authenticate-session.ts'

export async function authenticateToken(
  context: IdentityContext,
  header: string | undefined,
  use: TokenUse = {},
): Promise<Principal> {
  if (header === undefined) {
    throw identityError('IDENTITY_NO_CREDENTIALS', 'Expected `Authorization: Bearer <token>`, found no such header.')
  }
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(header) ?? []
  const hash = digestOf(token)
  const { row, principal } = await context.tokens.get(hash, () => checkToken(context, token, hash, use))
  if (row.expiresAt !== undefined && row.expiresAt <= context.now()) throw refused(context, use, row, 'expired')
  if (row.virtualServer !== undefined && row.virtualServer !== use.virtualServer) {
    throw refused(context, use, row, 'meant for another virtual server')
  }
  if (use.workspace !== undefined) {
    const asked = await context.store.workspaces.byName(use.workspace)
    if (asked?.id !== row.workspaceId) throw notAMember()
  }
  return principal
}

/** Asks the store. What it answers is kept for a few seconds; failures are not. */
async function checkToken(context: IdentityContext, token: string, hash: string, use: TokenUse): Promise<CheckedToken> {
  if (!isApiToken(token)) throw refused(context, use, undefined, 'unknown')
  const row = await context.store.tokens.byHash(hash)
  if (row === undefined) throw refused(context, use, undefined, 'unknown')
  if (row.revokedAt !== undefined) throw refused(context, use, row, 'revoked')
  const user = await context.store.users.get(row.userId)
  if (user === undefined || user.disabled) throw refused(context, use, row, 'of a disabled user')
  const memberships = await context.store.memberships.ofUser(user.id)
  const principal = buildPrincipal(user, memberships, row.workspaceId, row)
  if (principal.roles.length === 0) throw refused(context, use, row, 'of a user without a role')
  await touch(context, row, use)
  return { row, principal }
}

async function touch(context: IdentityContext, row: ApiTokenRow, use: TokenUse): Promise<void> {
  const now = context.now()
  if (row.lastUsedAt !== undefined && now.getTime() - row.lastUsedAt.getTime() < TOUCH_MS) return
  try {
    await context.store.tokens.update(row.id, { lastUsedAt: now })
  } catch (error) {
    throw errorCode(error) === 'STORE_NOT_FOUND' ? refused(context, use, undefined, 'unknown') : error
  }
}

/** One answer for every reason; the audit trail knows which. Repetitions are audited once a minute. */
function refused(context: IdentityContext, use: TokenUse, row: ApiTokenRow | undefined, reason: string) {
  const actor = row === undefined ? 'anonymous' : `token:${row.id}`
  const address = use.remoteAddress ?? 'unknown'
  if (context.refusals.take(`${actor} ${row === undefined ? address : reason}`, context.now().getTime()) === 0) {
    record(context, {
      workspaceId: row?.workspaceId,
      actor,
      action: 'token.refused',
      target: actor,
      outcome: 'denied',
      requestId: use.requestId ?? 'none',
      details: { reason, address },
    })
  }
  return identityError(
    'IDENTITY_TOKEN_INVALID',
    'Expected a token that is valid here, found one that is unknown, expired, revoked or meant for another server. Create a new one.',
  )
}
