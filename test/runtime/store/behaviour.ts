import { openDatabase, schemaDrift } from '@nexus/registry/database'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { storeEntities } from '../../../runtime/src/store/entities/index.ts'
import { storeMigrations } from '../../../runtime/src/store/migrations/index.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import { addInstallation, addUser, addWorkspace, serverRow, tokenRow } from './rows.ts'

const at = new Date('2026-11-21T10:00:00.123Z')
const later = new Date('2026-11-21T11:00:00.000Z')

/** What both dialects promise. */
export function behavesLikeAStore(makeUrl: () => Promise<string>): void {
  let url = ''
  let store: Store
  beforeEach(async () => {
    url = await makeUrl()
    store = await openStore({ url })
  })
  afterEach(() => store[Symbol.asyncDispose]())

  const database = () => openDatabase({ url, entities: storeEntities, migrations: storeMigrations })

  it('has no drift between entities and migrations', async () => {
    await using opened = await database()
    expect(await schemaDrift(opened.dataSource)).toEqual([])
  })

  it('takes every migration back and applies it again', async () => {
    await using opened = await database()
    for (const _ of storeMigrations) await opened.dataSource.undoLastMigration()
    await opened.dataSource.runMigrations()
    expect(await schemaDrift(opened.dataSource)).toEqual([])
  })

  it('finds everything as it was after a restart', async () => {
    const workspace = await addWorkspace(store, 'main')
    const user = await addUser(store)
    const installation = await addInstallation(store, workspace.id)
    const token = tokenRow(workspace.id, user.id, { expiresAt: later, virtualServer: 'docs' })
    await store.tokens.insert(token)
    const server = serverRow(workspace.id, 'docs')
    await store.virtualServers.insert(server)
    await store.pluginStorage.set(workspace.id, installation.id, 'k', '{"ü":1}', 1000)
    await store[Symbol.asyncDispose]()
    store = await openStore({ url })
    expect(await store.workspaces.byName('main')).toEqual(workspace)
    expect(await store.users.byEmail(user.email)).toEqual(user)
    expect(await store.users.count()).toBe(1)
    expect(await store.installations.get(installation.id)).toEqual(installation)
    expect(await store.tokens.byHash(token.tokenHash)).toEqual(token)
    expect(await store.virtualServers.byName('docs')).toEqual(server)
    expect(await store.pluginStorage.get(installation.id, 'k')).toBe('{"ü":1}')
  })

  it('changes and clears single members, and says so when there is nothing to change', async () => {
    const workspace = await addWorkspace(store)
    const { id } = await addInstallation(store, workspace.id, { quarantine: 'crash loop' })
    await store.installations.update(id, { enabled: false, quarantine: undefined, updatedAt: later })
    expect(await store.installations.get(id)).toMatchObject({ enabled: false, quarantine: undefined, updatedAt: later })
    await expect(store.installations.update('nobody', { enabled: true })).rejects.toMatchObject({
      code: 'STORE_NOT_FOUND',
    })
    await expect(store.installations.update('nobody', {})).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' })
    expect(await store.installations.remove(id)).toBe(true)
    expect(await store.installations.remove(id)).toBe(false)
    expect(await store.installations.get(id)).toBeUndefined()
  })

  it('refuses a second row of the same name or id', async () => {
    const workspace = await addWorkspace(store, 'twice')
    await expect(addWorkspace(store, 'twice')).rejects.toMatchObject({ code: 'STORE_CONFLICT', status: 409 })
    const { label } = await addInstallation(store, workspace.id)
    await expect(addInstallation(store, workspace.id, { label })).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    await store.virtualServers.insert(serverRow(workspace.id, 'docs'))
    const other = await addWorkspace(store)
    await expect(store.virtualServers.insert(serverRow(other.id, 'docs'))).rejects.toMatchObject({
      code: 'STORE_CONFLICT',
    })
    await addInstallation(store, other.id, { label })
  })

  it('refuses rows of a workspace that does not exist and keeps a workspace that still has rows', async () => {
    await expect(addInstallation(store, 'nowhere')).rejects.toMatchObject({ code: 'STORE_REFERENCE' })
    const workspace = await addWorkspace(store)
    await addInstallation(store, workspace.id)
    await expect(store.workspaces.remove(workspace.id)).rejects.toMatchObject({ code: 'STORE_REFERENCE' })
  })

  it('keeps the rows of workspaces apart', async () => {
    const [one, two] = [await addWorkspace(store), await addWorkspace(store)]
    const mine = await addInstallation(store, one.id)
    await addInstallation(store, two.id)
    expect((await store.installations.ofWorkspace(one.id)).map((row) => row.id)).toEqual([mine.id])
    expect(await store.installations.list()).toHaveLength(2)
    const user = await addUser(store)
    await store.tokens.insert(tokenRow(one.id, user.id))
    expect(await store.tokens.ofWorkspace(two.id)).toEqual([])
    await store.virtualServers.insert(serverRow(one.id, 'docs'))
    expect(await store.virtualServers.ofWorkspace(two.id)).toEqual([])
  })

  it('gives a role once, takes it away, and replaces all roles at once', async () => {
    const user = await addUser(store)
    const row = { userId: user.id, workspaceId: '*', role: 'admin' } as const
    await store.memberships.put(row)
    await store.memberships.put(row)
    expect(await store.memberships.ofUser(user.id)).toEqual([row])
    expect(await store.memberships.ofWorkspace('*')).toEqual([row])
    await store.memberships.replace(user.id, [
      { workspaceId: 'w', role: 'member' },
      { workspaceId: 'w', role: 'auditor' },
    ])
    expect((await store.memberships.ofUser(user.id)).map((membership) => membership.role)).toEqual([
      'auditor',
      'member',
    ])
    expect(await store.memberships.remove(row)).toBe(false)
    await store.users.remove(user.id)
    expect(await store.memberships.ofUser(user.id)).toEqual([])
  })

  it('creates a user with its roles or not at all', async () => {
    const user = await addUser(store)
    const twin = { ...user, id: 'twin', email: 'twin@example.com' }
    const roles = [{ userId: 'somebody-else', workspaceId: '*', role: 'admin' }] as const
    await expect(store.users.create(twin, roles)).rejects.toMatchObject({ code: 'STORE_REFERENCE' })
    expect(await store.users.get('twin')).toBeUndefined()
    await store.users.create(twin, [{ userId: 'twin', workspaceId: '*', role: 'admin' }])
    expect(await store.memberships.ofUser('twin')).toHaveLength(1)
  })

  it('removes sessions of a user, and those that have expired', async () => {
    const [ada, bob] = [await addUser(store), await addUser(store)]
    const session = (idHash: string, userId: string, expiresAt: Date) =>
      store.sessions.insert({ idHash, userId, createdAt: at, lastSeenAt: at, expiresAt })
    await session('a', ada.id, later)
    await session('b', bob.id, at)
    await session('c', bob.id, later)
    await store.sessions.removeExpired(at)
    expect(await store.sessions.get('b')).toBeUndefined()
    await store.sessions.removeOfUser(ada.id)
    expect(await store.sessions.get('a')).toBeUndefined()
    expect(await store.sessions.get('c')).toMatchObject({ userId: bob.id, lastSeenAt: at, expiresAt: later })
  })

  it('lets exactly one of many callers use a one-time link, and none after it expired', async () => {
    await store.links.insert({ tokenHash: 'h', purpose: 'setup', expiresAt: later, usedAt: undefined })
    await store.links.insert({ tokenHash: 'old', purpose: 'setup', expiresAt: at, usedAt: undefined })
    const uses = await Promise.all(Array.from({ length: 12 }, () => store.links.use('h', at)))
    expect(uses.filter(Boolean)).toHaveLength(1)
    expect(await store.links.use('old', at)).toBe(false)
    await store.links.removeUnused('setup')
    expect(await store.links.get('old')).toBeUndefined()
    expect(await store.links.get('h')).toMatchObject({ usedAt: at })
  })

  it('writes a new version of a secret only over the version that was read', async () => {
    const { id: workspaceId } = await addWorkspace(store)
    const row = { workspaceId, name: 'KEY', version: 1, sealed: 'one', createdAt: at, updatedAt: at }
    await store.secrets.insert(row)
    const next = { ...row, version: 2, sealed: 'two', updatedAt: later }
    expect(await store.secrets.replace(next, 1)).toBe(true)
    expect(await store.secrets.replace({ ...next, sealed: 'lost' }, 1)).toBe(false)
    expect(await store.secrets.get({ workspaceId, name: 'KEY' })).toEqual(next)
    expect(await store.secrets.ofWorkspace(workspaceId)).toEqual([next])
    await store.dataKeys.insert({ workspaceId, wrapped: 'w', keyId: 'k' })
    await expect(store.dataKeys.insert({ workspaceId, wrapped: 'x', keyId: 'k' })).rejects.toMatchObject({
      code: 'STORE_CONFLICT',
    })
  })

  it('gives exposed names all at once or not at all, and takes them back by label', async () => {
    const { id: workspaceId } = await addWorkspace(store)
    const name = (exposed: string, label: string) =>
      ({ workspaceId, kind: 'tool', scope: 'default', exposed, label, original: 'echo' }) as const
    await store.exposedNames.insert([name('a', 'one'), name('b', 'two')])
    await expect(store.exposedNames.insert([name('c', 'three'), name('a', 'three')])).rejects.toMatchObject({
      code: 'STORE_CONFLICT',
    })
    expect((await store.exposedNames.list(workspaceId)).map((row) => row.exposed)).toEqual(['a', 'b'])
    await store.exposedNames.removeLabel(workspaceId, 'one')
    expect(await store.exposedNames.list(workspaceId)).toEqual([name('b', 'two')])
  })

  it('keeps policy rules', async () => {
    const { id: workspaceId } = await addWorkspace(store)
    const base = { workspaceId, role: '*', plugin: '*', tool: 'x*', createdAt: at } as const
    const rule = { ...base, id: 'r', kind: 'tool', effect: 'deny' } as const
    const approval = { approvers: { roles: ['admin'], users: ['u'] }, expiresSeconds: 60, selfApproval: false } as const
    const asking = { ...base, id: 's', kind: 'resource', effect: 'ask', approval } as const
    await store.policyRules.insert(rule)
    await store.policyRules.insert(asking)
    expect(await store.policyRules.list()).toEqual([rule, asking])
  })
}
