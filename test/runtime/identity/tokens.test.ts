import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApiToken, isApiToken } from '../../../runtime/src/identity/api-token.ts'
import type { Identity } from '../../../runtime/src/identity/identity.ts'
import type { Permission, Principal } from '../../../runtime/src/identity/principal.ts'
import { digestOf } from '../../../runtime/src/identity/random-value.ts'
import { serverRow } from '../store/rows.ts'
import { PASSWORD, type TestHost, openTestHost } from './host.ts'

let host: TestHost
let admin: Principal
beforeEach(async () => {
  host = await openTestHost()
  admin = await host.admin()
})
afterEach(() => host[Symbol.asyncDispose]())

const DAY = 24 * 60 * 60_000
type TokenRequest = Parameters<Identity['createToken']>[1]
const create = (change: Partial<TokenRequest> = {}, principal = admin) =>
  host.identity.createToken(principal, { name: 'laptop', scopes: ['tools:call'], expiresInDays: 30, ...change }, 'r')
const invalid = { code: 'IDENTITY_TOKEN_INVALID', status: 401 }

async function member(email = 'bob@example.com'): Promise<Principal> {
  await host.identity.createUser(admin, { email, displayName: 'Bob', password: PASSWORD, role: 'member' }, 'r')
  const session = await host.identity.signIn({ email, password: PASSWORD, remoteAddress: '192.0.2.9' }, 'r')
  return host.identity.authenticateSession(session.secret)
}

describe('form of a token [I3]', () => {
  it('is recognized by prefix and checksum alone', () => {
    const token = createApiToken()
    expect(token).toMatch(/^nxs_[A-Za-z0-9_-]{49}$/)
    expect(isApiToken(token)).toBe(true)
    const swapped = token.slice(0, 10) + (token[10] === 'A' ? 'B' : 'A') + token.slice(11)
    for (const other of [swapped, token.slice(0, -1), `${token}A`, 'nxs_', '', `x${token}`, `${token}\n`]) {
      expect(isApiToken(other)).toBe(false)
    }
  })
})

describe('creating tokens [I3]', () => {
  it('shows the token once and stores its digest', async () => {
    const { token, row, owner } = await create()
    expect(owner).toBe('Ada')
    expect(row).toMatchObject({ hint: token.slice(0, 8), tokenHash: digestOf(token), scopes: ['tools:call'] })
    expect(JSON.stringify([await host.store.tokens.ofWorkspace(admin.workspaceId), host.events, row])).not.toContain(
      token,
    )
    expect(host.events.at(-1)).toMatchObject({ action: 'token.created', actor: admin.id, target: `token:${row.id}` })
  })

  it('is called by its name and whose it is, for those who may read the audit trail [O1]', async () => {
    const { row } = await create()
    const bob = await member()
    const asked = [`token:${row.id}`, admin.id, 'host', 'user:nobody']
    expect(Object.fromEntries(await host.identity.nameActors(admin, asked))).toEqual({
      [`token:${row.id}`]: 'laptop (Ada)',
      [admin.id]: 'Ada',
    })
    await expect(host.identity.nameActors(bob, asked)).rejects.toMatchObject({ code: 'IDENTITY_FORBIDDEN' })
  })

  it('gives no scope that its maker lacks', async () => {
    const bob = await member()
    await create({ scopes: ['tools:call', 'tokens:own'] }, bob)
    await expect(create({ scopes: ['tools:call', 'users:manage'] }, bob)).rejects.toMatchObject({
      code: 'IDENTITY_FORBIDDEN',
      details: { permission: 'users:manage' },
    })
  })

  it('refuses unknown scopes and servers of other workspaces', async () => {
    const scopes: readonly Permission[] = JSON.parse('["everything"]')
    await expect(create({ scopes })).rejects.toMatchObject({ code: 'IDENTITY_INVALID_INPUT', status: 422 })
    const other = await host.identity.createWorkspace(admin, { name: 'other', title: 'Other' }, 'r')
    await host.store.virtualServers.insert(serverRow(other.id, 'docs'))
    await expect(create({ virtualServer: 'docs' })).rejects.toMatchObject({ code: 'IDENTITY_INVALID_INPUT' })
  })

  it('makes no token that outlives or outreaches the token it was made with', async () => {
    await host.store.virtualServers.insert(serverRow(admin.workspaceId, 'docs'))
    const parent = await create({ scopes: ['tokens:own', 'tools:call'], expiresInDays: 3, virtualServer: 'docs' })
    const principal = await host.identity.authenticateToken(`Bearer ${parent.token}`, { virtualServer: 'docs' })
    const forbidden = { code: 'IDENTITY_FORBIDDEN' }
    await expect(create({ expiresInDays: null, virtualServer: 'docs' }, principal)).rejects.toMatchObject(forbidden)
    await expect(create({ expiresInDays: 4, virtualServer: 'docs' }, principal)).rejects.toMatchObject(forbidden)
    await expect(create({ expiresInDays: 2 }, principal)).rejects.toMatchObject(forbidden)
    await create({ expiresInDays: 2, virtualServer: 'docs' }, principal)
  })
})

describe('authenticating tokens [I3]', () => {
  it('makes a principal with the scopes of the token and the roles of the user', async () => {
    const { token, row } = await create({ scopes: ['tools:call', 'audit:read'] })
    const principal = await host.identity.authenticateToken(`bearer ${token}`)
    expect(principal).toEqual({
      id: `token:${row.id}`,
      userId: admin.userId,
      tokenId: row.id,
      displayName: 'Ada',
      workspaceId: admin.workspaceId,
      roles: ['admin'],
      permissions: new Set(['tools:call', 'audit:read']),
    })
  })

  it('refuses what is no token with one answer', async () => {
    const { token } = await create()
    await expect(host.identity.authenticateToken(undefined)).rejects.toMatchObject({ code: 'IDENTITY_NO_CREDENTIALS' })
    for (const header of ['', token, `Basic ${token}`, `Bearer ${token}x`, `Bearer ${createApiToken()}`, 'Bearer']) {
      await expect(host.identity.authenticateToken(header)).rejects.toMatchObject(invalid)
    }
    expect(await host.identity.tokenPrincipal(createApiToken(), undefined)).toBeUndefined()
  })

  it('ends at its expiry to the millisecond, cached or not', async () => {
    const { token } = await create({ expiresInDays: 1 })
    host.pass(DAY - 1)
    await host.identity.authenticateToken(`Bearer ${token}`)
    host.pass(1)
    await expect(host.identity.authenticateToken(`Bearer ${token}`)).rejects.toMatchObject(invalid)
  })

  it('works only at the virtual server it is for', async () => {
    await host.store.virtualServers.insert(serverRow(admin.workspaceId, 'docs'))
    const { token } = await create({ virtualServer: 'docs' })
    await host.identity.authenticateToken(`Bearer ${token}`, { virtualServer: 'docs' })
    await expect(host.identity.authenticateToken(`Bearer ${token}`)).rejects.toMatchObject(invalid)
    await expect(host.identity.authenticateToken(`Bearer ${token}`, { virtualServer: 'x' })).rejects.toMatchObject(
      invalid,
    )
    expect(await host.identity.tokenPrincipal(token, undefined)).toBeUndefined()
  })

  it('acts in its own workspace only', async () => {
    await host.identity.createWorkspace(admin, { name: 'other', title: 'Other' }, 'r')
    const { token } = await create()
    expect(await host.identity.tokenPrincipal(token, 'main')).toMatchObject({ workspaceId: admin.workspaceId })
    await expect(host.identity.tokenPrincipal(token, 'other')).rejects.toMatchObject({ status: 403 })
    await expect(host.identity.tokenPrincipal(token, 'nowhere')).rejects.toMatchObject({ status: 403 })
  })

  it('ends at once when it is revoked, even while it is being checked', async () => {
    const { token, row } = await create()
    await host.identity.authenticateToken(`Bearer ${token}`)
    const checking = host.identity.authenticateToken(`Bearer ${token}`)
    await host.identity.revokeToken(admin, row.id, 'r')
    await checking
    await expect(host.identity.authenticateToken(`Bearer ${token}`)).rejects.toMatchObject(invalid)
    expect(host.events.map((event) => event.action)).toContain('token.revoked')
  })

  it('ends when its user is disabled and shrinks when the user loses a role', async () => {
    const bob = await member()
    const { token } = await create({ scopes: ['tools:call', 'servers:read'] }, bob)
    const header = `Bearer ${token}`
    await host.identity.authenticateToken(header)
    await host.identity.changeUser(admin, bob.userId ?? '', { role: 'auditor' }, 'r')
    expect([...(await host.identity.authenticateToken(header)).permissions]).toEqual(['servers:read'])
    await host.identity.changeUser(admin, bob.userId ?? '', { disabled: true }, 'r')
    await expect(host.identity.authenticateToken(header)).rejects.toMatchObject(invalid)
  })

  it('notices within seconds what another node changed', async () => {
    const { token, row } = await create()
    await host.identity.authenticateToken(`Bearer ${token}`)
    await host.store.tokens.update(row.id, { revokedAt: host.now() })
    host.pass(5000)
    await expect(host.identity.authenticateToken(`Bearer ${token}`)).rejects.toMatchObject(invalid)
  })

  it('writes the time of its last use once a minute', async () => {
    const { token, row } = await create()
    const lastUsed = async () => (await host.store.tokens.get(row.id))?.lastUsedAt?.getTime()
    await host.identity.authenticateToken(`Bearer ${token}`)
    const first = host.now().getTime()
    host.pass(59_000)
    await host.identity.authenticateToken(`Bearer ${token}`)
    expect(await lastUsed()).toBe(first)
    host.pass(5000)
    await host.identity.authenticateToken(`Bearer ${token}`)
    expect(await lastUsed()).toBe(first + 64_000)
  })

  it('audits a refusal once a minute, so that nobody can fill the trail', async () => {
    for (let index = 0; index < 5; index += 1) {
      await host.identity
        .authenticateToken(`Bearer ${createApiToken()}`, { remoteAddress: '192.0.2.1' })
        .catch(() => undefined)
    }
    expect(host.events.filter((event) => event.action === 'token.refused')).toHaveLength(1)
    expect(JSON.stringify(host.events)).not.toContain('nxs_')
  })
})

describe('whose tokens [I3]', () => {
  it('lets people see and revoke their own, and managers all of the workspace', async () => {
    const bob = await member()
    const mine = await create({}, bob)
    const theirs = await create()
    expect((await host.identity.tokens(bob)).map((row) => row.id)).toEqual([mine.row.id])
    expect((await host.identity.tokens(admin)).map((row) => row.owner).toSorted()).toEqual(['Ada', 'Bob'])
    await expect(host.identity.revokeToken(bob, theirs.row.id, 'r')).rejects.toMatchObject({
      code: 'IDENTITY_NOT_FOUND',
    })
    await host.identity.revokeToken(bob, mine.row.id, 'r')
    const other = await host.identity.createWorkspace(admin, { name: 'other', title: 'Other' }, 'r')
    await expect(
      host.identity.revokeToken({ ...admin, workspaceId: other.id }, theirs.row.id, 'r'),
    ).rejects.toMatchObject({ code: 'IDENTITY_NOT_FOUND' })
  })
})
