import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IdentityPort } from '../../../runtime/src/http/ports.ts'
import { openIdentity } from '../../../runtime/src/identity/open-identity.ts'
import { requirePermission } from '../../../runtime/src/identity/permission-check.ts'
import {
  PERMISSIONS,
  type Permission,
  type Principal,
  ROLES,
  ROLE_PERMISSIONS,
  type Role,
} from '../../../runtime/src/identity/principal.ts'
import { PASSWORD, type TestHost, openTestHost } from './host.ts'

let host: TestHost
let admin: Principal
beforeEach(async () => {
  host = await openTestHost()
  admin = await host.admin()
})
afterEach(() => host[Symbol.asyncDispose]())

let count = 0
async function person(role: Role, by = admin, workspace?: string): Promise<Principal> {
  const email = `${role}-${(count += 1)}@example.com`
  await host.identity.createUser(by, { email, displayName: role, password: PASSWORD, role }, 'r')
  const session = await host.identity.signIn({ email, password: PASSWORD, remoteAddress: '192.0.2.1' }, 'r')
  return host.identity.authenticateSession(session.secret, workspace)
}

const forbidden = { code: 'IDENTITY_FORBIDDEN', status: 403 }

describe('roles [I1]', () => {
  const table: Readonly<Record<Role, readonly Permission[]>> = {
    admin: [
      'tools:call',
      'marketplace:read',
      'installations:read',
      'installations:manage',
      'servers:read',
      'servers:manage',
      'secrets:manage',
      'policies:manage',
      'approvals:decide',
      'tokens:own',
      'users:manage',
      'audit:read',
      'metrics:read',
      'plugins:publish',
    ],
    'workspace-admin': [
      'tools:call',
      'marketplace:read',
      'installations:read',
      'installations:manage',
      'servers:read',
      'servers:manage',
      'secrets:manage',
      'policies:manage',
      'approvals:decide',
      'tokens:own',
      'users:manage',
      'audit:read',
      'metrics:read',
    ],
    member: ['tools:call', 'marketplace:read', 'installations:read', 'servers:read', 'approvals:decide', 'tokens:own'],
    publisher: ['tools:call', 'marketplace:read', 'servers:read', 'approvals:decide', 'tokens:own', 'plugins:publish'],
    auditor: [
      'marketplace:read',
      'installations:read',
      'servers:read',
      'approvals:decide',
      'audit:read',
      'metrics:read',
      'tokens:own',
    ],
  }

  it.each(ROLES)('lets a principal with the role %s do exactly what its row says', async (role) => {
    expect(ROLE_PERMISSIONS[role].toSorted()).toEqual(table[role].toSorted())
    const principal = role === 'admin' ? admin : await person(role)
    expect(principal.roles).toEqual([role])
    for (const permission of PERMISSIONS) {
      const check = () => requirePermission(principal, permission)
      if (table[role].includes(permission)) expect(check).not.toThrow()
      else expect(check).toThrow(expect.objectContaining({ ...forbidden, details: { permission } }))
    }
  })

  it('lets nobody give what they do not have', async () => {
    const manager = await person('workspace-admin')
    for (const role of ['workspace-admin', 'member', 'auditor'] as const) await person(role, manager)
    for (const role of ['admin', 'publisher'] as const)
      await expect(person(role, manager)).rejects.toMatchObject(forbidden)
    for (const role of ['member', 'publisher', 'auditor'] as const) {
      await expect(person('member', await person(role))).rejects.toMatchObject(forbidden)
    }
  })

  it('does not let an admin token with few scopes make admins', async () => {
    const request = { name: 't', scopes: ['users:manage', 'tokens:own'], expiresInDays: 1 } as const
    const { token } = await host.identity.createToken(admin, request, 'r')
    const narrow = await host.identity.authenticateToken(`Bearer ${token}`)
    for (const role of ['admin', 'member'] as const) await expect(person(role, narrow)).rejects.toMatchObject(forbidden)
    await expect(
      host.identity.createWorkspace({ ...narrow, permissions: new Set() }, { name: 'w', title: 'W' }, 'r'),
    ).rejects.toMatchObject(forbidden)
  })

  it('ignores workspace roles that were given for the whole host', async () => {
    const bob = await person('member')
    await host.store.memberships.replace(bob.userId ?? '', [{ workspaceId: '*', role: 'workspace-admin' }])
    const session = await host.identity.signIn(
      { email: `member-${count}@example.com`, password: PASSWORD, remoteAddress: '192.0.2.1' },
      'r',
    )
    await expect(host.identity.authenticateSession(session.secret)).rejects.toMatchObject(forbidden)
  })
})

describe('users [I1]', () => {
  it('refuses an address twice, whatever its case', async () => {
    const request = { email: 'ADA@example.com', displayName: 'A', password: PASSWORD, role: 'member' } as const
    await expect(host.identity.createUser(admin, request, 'r')).rejects.toMatchObject({
      code: 'IDENTITY_EMAIL_IN_USE',
      status: 409,
    })
  })

  it('names wrong fields without repeating them', async () => {
    const request = { email: 'no-address', displayName: ' ', password: PASSWORD, role: 'member' } as const
    const error: unknown = await host.identity.createUser(admin, request, 'r').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'IDENTITY_INVALID_INPUT',
      message: expect.stringContaining('email, displayName'),
    })
    expect(JSON.stringify(error)).not.toContain('no-address')
  })

  it.each([
    ['eleven chars', 'a'.repeat(11)],
    ['257 characters', 'a'.repeat(257)],
    ['twelve UTF-16 units that are six characters', '😀'.repeat(6)],
    ['characters that fold into fewer', 'a\u0301'.repeat(6)],
  ])('refuses a password of %s', async (_, password) => {
    const request = { email: 'b@example.com', displayName: 'B', password, role: 'member' } as const
    await expect(host.identity.createUser(admin, request, 'r')).rejects.toMatchObject({
      code: 'IDENTITY_PASSWORD_REFUSED',
      status: 422,
    })
  })

  it('accepts a password typed with other code points of the same text', async () => {
    const request = { email: 'b@example.com', displayName: 'B', password: 'Å ligature: ﬁne', role: 'member' } as const
    const { user } = await host.identity.createUser(admin, request, 'r')
    expect(user.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const typed = { email: 'b@example.com', password: 'A\u030a ligature: fine', remoteAddress: '192.0.2.1' }
    await host.identity.signIn(typed, 'r')
  })

  it('ends sessions when a role changes or the account is disabled, and lists what people are', async () => {
    const bob = await person('member')
    const session = await host.identity.signIn(
      { email: `member-${count}@example.com`, password: PASSWORD, remoteAddress: '192.0.2.1' },
      'r',
    )
    const changed = await host.identity.changeUser(admin, bob.userId ?? '', { role: 'auditor' }, 'r')
    expect(changed.roles).toEqual(['auditor'])
    expect(await host.identity.sessionPrincipal(session.secret, undefined)).toBeUndefined()
    const listed = await host.identity.users(admin)
    expect(listed.map(({ roles }) => roles)).toEqual([['admin'], ['auditor']])
    await host.identity.changeUser(admin, bob.userId ?? '', { disabled: true }, 'r')
    await host.identity.changeUser(admin, bob.userId ?? '', { disabled: false }, 'r')
    expect(host.events.map((event) => event.action)).toEqual(
      expect.arrayContaining(['user.role-changed', 'user.disabled', 'user.enabled']),
    )
  })

  it('keeps the last admin, even when two disable each other at once', async () => {
    const lastAdmin = { code: 'IDENTITY_LAST_ADMIN', status: 409 }
    const change = (by: Principal, whom: Principal) =>
      host.identity.changeUser(by, whom.userId ?? '', { disabled: true }, 'r')
    await expect(change(admin, admin)).rejects.toMatchObject(lastAdmin)
    await expect(host.identity.changeUser(admin, admin.userId ?? '', { role: 'member' }, 'r')).rejects.toMatchObject(
      lastAdmin,
    )
    const second = await person('admin')
    const results = await Promise.allSettled([change(admin, second), change(second, admin)])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected'])
    expect(results[1]).toMatchObject({ reason: lastAdmin })
  })

  it('lets a manager of one workspace touch neither admins nor people of other workspaces', async () => {
    const manager = await person('workspace-admin')
    const other = await host.identity.createWorkspace(admin, { name: 'other', title: 'Other' }, 'r')
    const elsewhere = await person('member', { ...admin, workspaceId: other.id }, 'other')
    const disable = (userId: string | undefined) =>
      host.identity.changeUser(manager, userId ?? '', { disabled: true }, 'r')
    await expect(disable(admin.userId)).rejects.toMatchObject(forbidden)
    await expect(disable(elsewhere.userId)).rejects.toMatchObject({ code: 'IDENTITY_NOT_FOUND' })
    await expect(disable('nobody')).rejects.toMatchObject({ code: 'IDENTITY_NOT_FOUND' })
    await host.store.memberships.put({
      userId: elsewhere.userId ?? '',
      workspaceId: manager.workspaceId,
      role: 'member',
    })
    await expect(disable(elsewhere.userId)).rejects.toMatchObject(forbidden)
    await expect(host.identity.endSessions(manager, admin.userId ?? '', 'r')).rejects.toMatchObject(forbidden)
    expect((await host.identity.users(manager)).map(({ user }) => user.id)).not.toContain('nobody')
  })
})

describe('workspaces [I2]', () => {
  it('makes `main` at the first start and finds it at the next', async () => {
    const again = await openIdentity({ store: host.store, audit: { record: () => undefined } })
    expect(again.defaultWorkspace).toEqual(host.identity.defaultWorkspace)
    expect(host.identity.defaultWorkspace.name).toBe('main')
  })

  it('shows people the workspaces they have a role in', async () => {
    const other = await host.identity.createWorkspace(admin, { name: 'other', title: 'Other' }, 'r')
    await expect(host.identity.createWorkspace(admin, { name: 'other', title: 'Again' }, 'r')).rejects.toMatchObject({
      code: 'IDENTITY_NAME_IN_USE',
    })
    const bob = await person('member')
    const eve = await person('member', { ...admin, workspaceId: other.id })
    const names = async (principal: Principal) => (await host.identity.workspaces(principal)).map(({ name }) => name)
    expect(await names(admin)).toEqual(['main', 'other'])
    expect(await names(bob)).toEqual(['main'])
    expect(await names(eve)).toEqual(['other'])
    await expect(host.identity.createWorkspace(bob, { name: 'x', title: 'X' }, 'r')).rejects.toMatchObject(forbidden)
  })

  it('offers what the admin API asks for', () => {
    const port: IdentityPort = host.identity
    expect(port).toBeDefined()
  })
})
