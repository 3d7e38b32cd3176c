import { randomUUID } from 'node:crypto'
import { createApiToken, tokenHint } from '../api-token.ts'
import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import type { Identity } from '../identity.ts'
import { readInput, tokenInput } from '../input.ts'
import { TOKENS_PER_USER } from '../limits.ts'
import { requirePermission } from '../permission-check.ts'
import type { Principal } from '../principal.ts'
import { digestOf } from '../random-value.ts'

const DAY_MS = 24 * 60 * 60_000

export async function createToken(
  context: IdentityContext,
  principal: Principal,
  request: Parameters<Identity['createToken']>[1],
  requestId: string,
): ReturnType<Identity['createToken']> {
  requirePermission(principal, 'tokens:own')
  const { name, scopes, expiresInDays, virtualServer } = readInput(tokenInput, request)
  const user = principal.userId === undefined ? undefined : await context.store.users.get(principal.userId)
  if (user === undefined) throw forbidden('Expected a person to own the token, found another principal.')
  for (const scope of scopes) requirePermission(principal, scope)
  const now = context.now()
  const expiresAt = expiresInDays === null ? undefined : new Date(now.getTime() + expiresInDays * DAY_MS)
  await staysWithinParent(context, principal, expiresAt, virtualServer)
  if (virtualServer !== undefined) await requireServer(context, principal.workspaceId, virtualServer)
  await requireRoom(context, principal.workspaceId, user.id)
  const token = createApiToken()
  const row = {
    id: randomUUID(),
    workspaceId: principal.workspaceId,
    userId: user.id,
    name,
    tokenHash: digestOf(token),
    hint: tokenHint(token),
    scopes: [...new Set(scopes)],
    virtualServer,
    createdAt: now,
    expiresAt,
    lastUsedAt: undefined,
    revokedAt: undefined,
  }
  await context.store.tokens.insert(row)
  record(context, {
    workspaceId: row.workspaceId,
    actor: principal.id,
    action: 'token.created',
    target: `token:${row.id}`,
    requestId,
    details: { name, scopes: row.scopes.join(' '), expires: expiresAt?.toISOString() ?? 'never' },
  })
  return { row, owner: user.displayName, token }
}

/** A token made with a token neither outlives it nor reaches another server. */
async function staysWithinParent(
  context: IdentityContext,
  principal: Principal,
  expiresAt: Date | undefined,
  virtualServer: string | undefined,
): Promise<void> {
  if (principal.tokenId === undefined) return
  const parent = await context.store.tokens.get(principal.tokenId)
  if (parent === undefined) throw forbidden('Expected a token that exists, found one that was removed.')
  if (parent.expiresAt !== undefined && (expiresAt === undefined || expiresAt > parent.expiresAt)) {
    throw forbidden('Expected a token that expires no later than the one in use, found one that outlives it.')
  }
  if (parent.virtualServer !== undefined && parent.virtualServer !== virtualServer) {
    throw forbidden('Expected a token for the virtual server of the one in use, found one for another.')
  }
}

async function requireServer(context: IdentityContext, workspaceId: string, name: string): Promise<void> {
  if ((await context.store.virtualServers.byName(name))?.workspaceId === workspaceId) return
  throw identityError(
    'IDENTITY_INVALID_INPUT',
    'Expected a virtual server of this workspace, found none of this name. Create it first.',
    { details: { issues: [{ path: 'virtualServer', message: 'No such virtual server' }] } },
  )
}

async function requireRoom(context: IdentityContext, workspaceId: string, userId: string): Promise<void> {
  const rows = await context.store.tokens.ofWorkspace(workspaceId)
  const count = rows.filter((row) => row.userId === userId && row.revokedAt === undefined).length
  if (count < TOKENS_PER_USER) return
  throw identityError(
    'IDENTITY_TOO_MANY_TOKENS',
    `Expected fewer than ${TOKENS_PER_USER} tokens in use, found ${count}. Revoke some first.`,
  )
}

function forbidden(message: string) {
  return identityError('IDENTITY_FORBIDDEN', `${message} Sign in and create it there.`)
}
