import { describe, expect, it } from 'vitest'
import { authenticate } from '../../../registry/src/accounts/authenticate.ts'
import { claimName } from '../../../registry/src/accounts/claim-name.ts'
import { createAccount } from '../../../registry/src/accounts/create-account.ts'
import { mayManage, mayPublish, mayRead, mayYank } from '../../../registry/src/accounts/permissions.ts'
import { createToken } from '../../../registry/src/accounts/tokens.ts'
import type { TokenScope } from '../../../registry/src/contract/publishers.ts'
import { createPublisher } from '../../../registry/src/publishers/create-publisher.ts'
import { listMembers, removeMember, setMember, transferPublisher } from '../../../registry/src/publishers/members.ts'
import { removePackageMember, setPackageMember } from '../../../registry/src/publishers/package-members.ts'
import type { RegistryStore } from '../../../registry/src/store/open-store.ts'
import { logEntries } from '../../../registry/src/store/rows/log-rows.ts'
import { PASSWORD, openTestStore } from './open-test-store.ts'

const address = '192.0.2.7'
const ALL: readonly TokenScope[] = ['read', 'publish', 'yank', 'manage', 'account']

async function person(
  store: RegistryStore,
  name: string,
  limits: { readonly scopes?: readonly TokenScope[]; readonly packages?: readonly string[] } = {},
) {
  const { id: accountId } = await createAccount(store, { name, password: PASSWORD })
  const { scopes = ALL, packages = [] } = limits
  const { token } = await createToken(store, { accountId }, { name: 'test', scopes, packages })
  const actor = await authenticate(store, { token, address }, undefined)
  if (actor?.kind !== 'account') throw new Error('Expected an account.')
  return actor
}

const kindsInLog = async (store: RegistryStore) =>
  (await store.database.getRepository(logEntries).find({ order: { leafIndex: 'ASC' } })).map(({ kind }) => kind)

describe('who may do what [R5]', () => {
  it.each([
    ['owner', [true, true, true, true]],
    ['maintainer', [true, true, true, false]],
    ['reader', [true, false, false, false]],
  ] as const)('a %s may read, publish, yank, manage: %s', async (role, expected) => {
    await using test = await openTestStore()
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    const actor = await person(test.store, 'ada')
    await setMember(test.store, 'acme', 'ada', role)
    expect([
      await mayRead(test.store, actor, '@acme/web'),
      await mayPublish(test.store, actor, '@acme/web'),
      await mayYank(test.store, actor, '@acme/web'),
      await mayManage(test.store, actor, '@acme'),
    ]).toEqual(expected)
    expect(await mayPublish(test.store, actor, '@other/web')).toBe(false)
  })

  it('a token does no more than its scopes and its packages say', async () => {
    await using test = await openTestStore()
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    const actor = await person(test.store, 'ada', { scopes: ['publish'], packages: ['@acme/web'] })
    await setMember(test.store, 'acme', 'ada', 'owner')
    expect(await mayPublish(test.store, actor, '@acme/web')).toBe(true)
    expect(await mayPublish(test.store, actor, '@acme/other')).toBe(false)
    expect(await mayPublish(test.store, actor, '@acme')).toBe(false)
    expect(await mayManage(test.store, actor, '@acme/web')).toBe(false)
  })

  it('a publisher’s token acts in its namespace only', async () => {
    await using test = await openTestStore()
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    const { token } = await createToken(test.store, { publisherId: 'acme' }, { name: 'ci', scopes: ['publish'] })
    const actor = await authenticate(test.store, { token, address }, undefined)
    expect(await mayPublish(test.store, actor, '@acme/web')).toBe(true)
    expect(await mayPublish(test.store, actor, '@acmes/web')).toBe(false)
    expect(await mayPublish(test.store, actor, 'left-pad')).toBe(false)
  })

  it('lets a free name be claimed where sign-up is open, and only there; never a reserved one', async () => {
    await using open = await openTestStore({ signUp: 'open' })
    const ada = await person(open.store, 'ada')
    expect(await mayPublish(open.store, ada, '@fresh/web')).toBe(true)
    expect(await mayPublish(open.store, ada, '@nexus/web')).toBe(false)
    expect(await mayPublish(open.store, ada, 'fs')).toBe(false)
    await open.store.database.transaction((manager) => claimName(manager, ada, '@fresh/web'))
    const eve = await person(open.store, 'eve')
    expect(await mayPublish(open.store, eve, '@fresh/web')).toBe(false)
    expect(await mayManage(open.store, ada, '@fresh')).toBe(true)
    await using invited = await openTestStore({ signUp: 'invite' })
    expect(await mayPublish(invited.store, await person(invited.store, 'ada'), '@fresh/web')).toBe(false)
  })

  it('keeps who may publish a package without a scope', async () => {
    await using test = await openTestStore()
    const ada = await person(test.store, 'ada')
    const eve = await person(test.store, 'eve')
    await test.store.database.transaction((manager) => claimName(manager, ada, 'left-pad'))
    expect(await mayPublish(test.store, eve, 'left-pad')).toBe(false)
    await setPackageMember(test.store, 'left-pad', 'eve', 'maintainer')
    expect(await mayPublish(test.store, eve, 'left-pad')).toBe(true)
    expect(await mayManage(test.store, eve, 'left-pad')).toBe(false)
    await expect(removePackageMember(test.store, 'left-pad', 'ada')).rejects.toMatchObject({ code: 'LAST_OWNER' })
    await removePackageMember(test.store, 'left-pad', 'eve')
    expect(await mayPublish(test.store, eve, 'left-pad')).toBe(false)
  })
})

describe('members [R5]', () => {
  it('cannot lose their last owner, by leaving, by another role, or by both leaving at once', async () => {
    await using test = await openTestStore()
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    await person(test.store, 'ada')
    await person(test.store, 'eve')
    await setMember(test.store, 'acme', 'ada', 'owner')
    await expect(removeMember(test.store, 'acme', 'ada')).rejects.toMatchObject({ code: 'LAST_OWNER' })
    await expect(setMember(test.store, 'acme', 'ada', 'reader')).rejects.toMatchObject({ code: 'LAST_OWNER' })
    await setMember(test.store, 'acme', 'eve', 'owner')
    const left = await Promise.allSettled(['ada', 'eve'].map((name) => removeMember(test.store, 'acme', name)))
    expect(left.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await listMembers(test.store, 'acme')).toHaveLength(1)
  })

  it('hand a publisher over: one new owner, the old ones stay as maintainers', async () => {
    await using test = await openTestStore()
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    await person(test.store, 'ada')
    await person(test.store, 'eve')
    await setMember(test.store, 'acme', 'ada', 'owner')
    await setMember(test.store, 'acme', 'eve', 'reader')
    await transferPublisher(test.store, 'acme', 'eve')
    expect(await listMembers(test.store, 'acme')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ account: 'ada', role: 'maintainer' }),
        expect.objectContaining({ account: 'eve', role: 'owner' }),
      ]),
    )
  })

  it('come and go as entries of the log, one for each change, and none for no change', async () => {
    await using test = await openTestStore()
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    await person(test.store, 'ada')
    await person(test.store, 'eve')
    await setMember(test.store, 'acme', 'ada', 'owner')
    await setMember(test.store, 'acme', 'ada', 'owner')
    await setMember(test.store, 'acme', 'eve', 'reader')
    await setMember(test.store, 'acme', 'eve', 'maintainer')
    await expect(removeMember(test.store, 'acme', 'ada')).rejects.toMatchObject({ code: 'LAST_OWNER' })
    await removeMember(test.store, 'acme', 'eve')
    expect(await kindsInLog(test.store)).toEqual([
      'owner.added',
      'owner.added',
      'owner.removed',
      'owner.added',
      'owner.removed',
    ])
  })

  it('are accounts that exist', async () => {
    await using test = await openTestStore()
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    await expect(setMember(test.store, 'acme', 'nobody', 'owner')).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' })
    await person(test.store, 'ada')
    await expect(setMember(test.store, 'nowhere', 'ada', 'owner')).rejects.toMatchObject({
      code: 'PUBLISHER_NOT_FOUND',
    })
    await expect(removeMember(test.store, 'acme', 'ada')).rejects.toMatchObject({ code: 'MEMBER_NOT_FOUND' })
  })
})
