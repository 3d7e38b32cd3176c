import { randomUUID } from 'node:crypto'
import { errorCode } from '@nexus/plugin-api'
import type { Store, WorkspaceRow } from '../../store/store.ts'
import { WHOLE_HOST } from '../build-principal.ts'
import { type IdentityContext, record } from '../context.ts'
import { identityError } from '../errors.ts'
import type { Identity } from '../identity.ts'
import { readInput, workspaceInput } from '../input.ts'
import type { Principal } from '../principal.ts'

/** The workspace of the first start. */
export async function ensureDefaultWorkspace(store: Store, now: Date): Promise<WorkspaceRow> {
  const known = await store.workspaces.byName('main')
  if (known !== undefined) return known
  const row = { id: randomUUID(), name: 'main', title: 'Main', createdAt: now }
  try {
    await store.workspaces.insert(row)
    return row
  } catch (error) {
    // Another node that starts at the same time was first.
    const other = errorCode(error) === 'STORE_CONFLICT' ? await store.workspaces.byName('main') : undefined
    if (other === undefined) throw error
    return other
  }
}

/** The workspaces that the principal's user may act in. */
export async function workspaces(context: IdentityContext, principal: Principal): Promise<readonly WorkspaceRow[]> {
  const all = await context.store.workspaces.list()
  const memberships = principal.userId === undefined ? [] : await context.store.memberships.ofUser(principal.userId)
  const own = new Set(memberships.map(({ workspaceId }) => workspaceId))
  const everywhere = own.has(WHOLE_HOST) && principal.tokenId === undefined
  return all.filter(({ id }) => id === principal.workspaceId || everywhere || (!principal.tokenId && own.has(id)))
}

export async function createWorkspace(
  context: IdentityContext,
  principal: Principal,
  request: Parameters<Identity['createWorkspace']>[1],
  requestId: string,
): Promise<WorkspaceRow> {
  if (!principal.roles.includes('admin') || !principal.permissions.has('users:manage')) {
    throw identityError('IDENTITY_FORBIDDEN', 'Expected a host admin, found somebody else. Ask a host admin.')
  }
  const row = { id: randomUUID(), ...readInput(workspaceInput, request), createdAt: context.now() }
  try {
    await context.store.workspaces.insert(row)
  } catch (error) {
    if (errorCode(error) !== 'STORE_CONFLICT') throw error
    throw identityError('IDENTITY_NAME_IN_USE', 'Expected a new name, found one in use. Choose another.')
  }
  const event = { workspaceId: row.id, actor: principal.id, action: 'workspace.created', target: row.name, requestId }
  record(context, event)
  return row
}
