import { randomUUID } from 'node:crypto'
import { WHOLE_HOST } from '../build-principal.ts'
import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import type { Identity, OpenedSession } from '../identity.ts'
import { readInput, setupInput } from '../input.ts'
import { SETUP_LINK_MS } from '../limits.ts'
import { hashPassword } from '../passwords.ts'
import { digestOf, randomValue } from '../random-value.ts'
import { openSession } from './open-session.ts'

/** True until somebody may administer the host. */
export async function setupNeeded(context: IdentityContext): Promise<boolean> {
  const hostMemberships = await context.store.memberships.ofWorkspace(WHOLE_HOST)
  return !hostMemberships.some((membership) => membership.role === 'admin')
}

export async function renewSetupLink(context: IdentityContext): ReturnType<Identity['renewSetupLink']> {
  await context.store.links.removeUnused('setup')
  if (!(await setupNeeded(context))) return undefined
  const token = randomValue()
  const expiresAt = new Date(context.now().getTime() + SETUP_LINK_MS)
  await context.store.links.insert({ tokenHash: digestOf(token), purpose: 'setup', expiresAt, usedAt: undefined })
  return { token, expiresAt }
}

export async function setup(
  context: IdentityContext,
  request: Parameters<Identity['setup']>[0],
  requestId: string,
): Promise<OpenedSession> {
  const { token, email, displayName, password } = readInput(setupInput, request)
  const now = context.now()
  const tokenHash = digestOf(token)
  const link = await context.store.links.get(tokenHash)
  // Hashing is expensive: it is not done for strangers. Using the link up comes last, and only one caller can.
  if (link === undefined || link.usedAt !== undefined || link.expiresAt <= now) throw linkInvalid()
  const user = {
    id: randomUUID(),
    email,
    displayName,
    passwordHash: await hashPassword(password),
    disabled: false,
    createdAt: now,
  }
  if (!(await context.store.links.use(tokenHash, now)) || !(await setupNeeded(context))) throw linkInvalid()
  await context.store.users.create(user, [{ userId: user.id, workspaceId: WHOLE_HOST, role: 'admin' }])
  const actor = `user:${user.id}`
  record(context, { actor, action: 'user.created', target: actor, requestId, details: { role: 'admin', setup: true } })
  const session = await openSession(context, user.id)
  record(context, { actor, action: 'user.signed-in', target: actor, requestId })
  return session
}

function linkInvalid() {
  return identityError(
    'IDENTITY_SETUP_LINK_INVALID',
    'Expected the setup link that the host printed last, found one that is used, expired or replaced. Restart the host for a new one.',
  )
}
