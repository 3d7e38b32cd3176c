import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccount } from '../../../registry/src/accounts/create-account.ts'
import { createInvite } from '../../../registry/src/accounts/invites.ts'
import { login } from '../../../registry/src/accounts/login.ts'
import { confirmSecondFactor, enrolSecondFactor } from '../../../registry/src/accounts/second-factor.ts'
import { signUp } from '../../../registry/src/accounts/sign-up.ts'
import { createPublisher } from '../../../registry/src/publishers/create-publisher.ts'
import { getPublisher } from '../../../registry/src/publishers/get-publisher.ts'
import { listMembers, removeMember, setMember } from '../../../registry/src/publishers/members.ts'
import { beginProof } from '../../../registry/src/publishers/namespace-proof.ts'
import { setPublishPolicy } from '../../../registry/src/publishers/publish-policy.ts'
import { accounts } from '../../../registry/src/store/rows/account-rows.ts'
import { type TestPostgres, postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'
import { PASSWORD, openTestStore } from './open-test-store.ts'
import { totpCode } from './totp-code.ts'

const address = '192.0.2.7'

describe.skipIf(!postgresAvailable())(`accounts on PostgreSQL [R5][O8] (${skippedWithoutPostgres} when absent)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('lets one of several at once win: an invite, a code, the last owner', async () => {
    await using test = await openTestStore({ signUp: 'invite' }, await server.createDatabase())
    const { store } = test
    const { code: invite } = await createInvite(store, '', 'admin')
    const invited = await Promise.allSettled(
      ['ada', 'eve'].map((name) => signUp(store, { name, password: PASSWORD, invite, address })),
    )
    expect(invited.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await createAccount(store, { name: 'bea', password: PASSWORD })
    await createAccount(store, { name: 'cleo', password: PASSWORD })

    const rows = store.database.getRepository(accounts)
    const { secret } = await enrolSecondFactor(store, await rows.findOneByOrFail({ name: 'bea' }))
    const enrolling = { code: totpCode(secret, -1), policy: 'auth-only' as const, by: 'test', address }
    await confirmSecondFactor(store, await rows.findOneByOrFail({ name: 'bea' }), enrolling)
    const signIn = { name: 'bea', password: PASSWORD, address, otp: totpCode(secret) }
    const signedIn = await Promise.allSettled([1, 2, 3].map(() => login(store, signIn)))
    expect(signedIn.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)

    await createPublisher(store, { id: 'acme', displayName: 'Acme' })
    await setMember(store, 'acme', 'bea', 'owner')
    await setMember(store, 'acme', 'cleo', 'owner')
    const left = await Promise.allSettled(['bea', 'cleo'].map((name) => removeMember(store, 'acme', name)))
    expect(left.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await listMembers(store, 'acme')).toHaveLength(1)
  })

  it('keeps policies and proofs', async () => {
    await using test = await openTestStore({}, await server.createDatabase())
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    await setPublishPolicy(test.store, 'acme', 'automation')
    await setPublishPolicy(test.store, 'acme', 'always')
    expect(await getPublisher(test.store, 'acme')).toMatchObject({ publishPolicy: 'always' })
    const first = await beginProof(test.store, 'acme', 'acme.example')
    expect((await beginProof(test.store, 'acme', 'acme.test')).challenge).not.toBe(first.challenge)
  })
})
