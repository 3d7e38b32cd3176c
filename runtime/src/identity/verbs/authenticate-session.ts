import { errorCode } from '@nexus/plugin-api'
import { WHOLE_HOST, buildPrincipal } from '../build-principal.ts'
import type { IdentityContext } from '../context.ts'
import { identityError } from '../errors.ts'
import { SESSION_IDLE_MS, TOUCH_MS } from '../limits.ts'
import type { Principal } from '../principal.ts'
import { digestOf, isRandomValue } from '../random-value.ts'
import type { MembershipRow, SessionRow } from '../../store/store.ts'

export async function authenticateSession(
  context: IdentityContext,
  secret: string | undefined,
  workspace?: string,
): Promise<Principal> {
  if (secret === undefined) {
    throw identityError('IDENTITY_NO_CREDENTIALS', 'Expected a session, found none. Sign in.')
  }
  const session = isRandomValue(secret) ? await context.store.sessions.get(digestOf(secret)) : undefined
  if (session === undefined || !(await isAlive(context, session))) throw sessionInvalid()
  const user = await context.store.users.get(session.userId)
  if (user === undefined || user.disabled) throw sessionInvalid()
  const memberships = await context.store.memberships.ofUser(user.id)
  const workspaceId = await chooseWorkspace(context, memberships, workspace)
  const principal = buildPrincipal(user, memberships, workspaceId ?? '')
  if (workspaceId === undefined || principal.roles.length === 0) throw notAMember()
  return principal
}

async function isAlive(context: IdentityContext, session: SessionRow): Promise<boolean> {
  const now = context.now()
  const idle = now.getTime() - session.lastSeenAt.getTime()
  if (session.expiresAt <= now || idle >= SESSION_IDLE_MS) {
    await context.store.sessions.remove(session.idHash)
    return false
  }
  if (idle < TOUCH_MS) return true
  try {
    await context.store.sessions.update(session.idHash, { lastSeenAt: now })
    return true
  } catch (error) {
    // Signed out a moment ago.
    if (errorCode(error) === 'STORE_NOT_FOUND') return false
    throw error
  }
}

async function chooseWorkspace(
  context: IdentityContext,
  memberships: readonly MembershipRow[],
  name: string | undefined,
): Promise<string | undefined> {
  if (name !== undefined) return (await context.store.workspaces.byName(name))?.id
  const everywhere = memberships.some((membership) => membership.workspaceId === WHOLE_HOST)
  const own = new Set(memberships.map((membership) => membership.workspaceId))
  const reachable = (await context.store.workspaces.list()).filter(({ id }) => everywhere || own.has(id))
  return (reachable.find((workspace) => workspace.name === 'main') ?? reachable[0])?.id
}

function sessionInvalid() {
  return identityError(
    'IDENTITY_SESSION_INVALID',
    'Expected a session that is open, found one that ended or never was. Sign in again.',
  )
}

/** The same answer for a workspace that does not exist and one that is closed to the caller. */
export function notAMember() {
  return identityError(
    'IDENTITY_FORBIDDEN',
    'Expected a role in this workspace, found none. Ask an admin of the workspace to add you.',
  )
}
