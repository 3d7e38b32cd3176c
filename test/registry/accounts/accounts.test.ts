import { describe, expect, it } from 'vitest'
import { authenticate } from '../../../registry/src/accounts/authenticate.ts'
import { checkPassword } from '../../../registry/src/accounts/check-password.ts'
import { createAccount } from '../../../registry/src/accounts/create-account.ts'
import { createInvite } from '../../../registry/src/accounts/invites.ts'
import { login } from '../../../registry/src/accounts/login.ts'
import { signUp } from '../../../registry/src/accounts/sign-up.ts'
import { createToken, listTokens, revokeToken } from '../../../registry/src/accounts/tokens.ts'
import { accounts } from '../../../registry/src/store/rows/account-rows.ts'
import { tokens } from '../../../registry/src/store/rows/token-rows.ts'
import { PASSWORD, openTestStore } from './open-test-store.ts'

const address = '192.0.2.7'

describe('accounts [R5]', () => {
  it('keeps a password as an argon2id hash only, and knows it again in any Unicode form', async () => {
    await using test = await openTestStore()
    await createAccount(test.store, { name: 'ada', password: 'Schlüsselwörter' })
    const row = await test.store.database.getRepository(accounts).findOneByOrFail({ name: 'ada' })
    expect(row.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const decomposed = 'Schlüsselwörter'.normalize('NFD')
    await expect(checkPassword(test.store, { name: 'ada', password: decomposed, address })).resolves.toMatchObject({
      name: 'ada',
    })
  })

  it('refuses a second account of one name, odd names and short passwords', async () => {
    await using test = await openTestStore()
    await createAccount(test.store, { name: 'ada', password: PASSWORD })
    await expect(createAccount(test.store, { name: 'ada', password: PASSWORD })).rejects.toMatchObject({
      code: 'ACCOUNT_EXISTS',
    })
    for (const name of ['Ada', '.ada', 'a/b', 'a b', '', 'ä', 'x'.repeat(65)]) {
      await expect(createAccount(test.store, { name, password: PASSWORD })).rejects.toMatchObject({
        code: 'ACCOUNT_NAME_INVALID',
      })
    }
    for (const password of ['short', 'x'.repeat(257), '\ud800'.repeat(12)]) {
      await expect(createAccount(test.store, { name: 'grace', password })).rejects.toMatchObject({
        code: 'PASSWORD_REFUSED',
      })
    }
  })

  it('answers a wrong password and an unknown name alike, and stops guessing at an account from anywhere', async () => {
    await using test = await openTestStore()
    await createAccount(test.store, { name: 'ada', password: PASSWORD })
    const wrong = { name: 'ada', password: 'not the password', address }
    const unknown = await checkPassword(test.store, { ...wrong, name: 'nobody' }).catch((error: unknown) => error)
    const known = await checkPassword(test.store, wrong).catch((error: unknown) => error)
    expect(known).toMatchObject({ code: 'CREDENTIALS_WRONG', message: Object(unknown).message })
    for (let tries = 1; tries < 10; tries += 1) {
      await expect(checkPassword(test.store, { ...wrong, address: `192.0.2.${tries}` })).rejects.toMatchObject({
        code: 'CREDENTIALS_WRONG',
      })
    }
    await expect(
      checkPassword(test.store, { name: 'ada', password: PASSWORD, address: '198.51.100.1' }),
    ).rejects.toMatchObject({ code: 'SIGN_IN_TOO_OFTEN', status: 429 })
  })

  it('lets nobody sign in to a disabled account, nor use its tokens', async () => {
    await using test = await openTestStore()
    await createAccount(test.store, { name: 'ada', password: PASSWORD })
    const { token } = await login(test.store, { name: 'ada', password: PASSWORD, address })
    expect(await authenticate(test.store, { token, address }, undefined)).toMatchObject({ kind: 'account' })
    await test.store.database.getRepository(accounts).update({ name: 'ada' }, { disabledAt: new Date().toISOString() })
    expect(await authenticate(test.store, { token, address }, undefined)).toBeUndefined()
    await expect(login(test.store, { name: 'ada', password: PASSWORD, address })).rejects.toMatchObject({
      code: 'CREDENTIALS_WRONG',
    })
  })
})

describe('sign-up [R5]', () => {
  it('lets anyone in when open and nobody when closed', async () => {
    await using open = await openTestStore({ signUp: 'open' })
    await expect(signUp(open.store, { name: 'ada', password: PASSWORD, address })).resolves.toMatchObject({
      name: 'ada',
    })
    await using closed = await openTestStore({ signUp: 'closed' })
    await expect(signUp(closed.store, { name: 'ada', password: PASSWORD, address })).rejects.toMatchObject({
      code: 'SIGN_UP_CLOSED',
    })
  })

  it('makes exactly one account of an invite, however many ask at once', async () => {
    await using test = await openTestStore({ signUp: 'invite' })
    const { code } = await createInvite(test.store, 'for Ada', 'admin')
    await expect(signUp(test.store, { name: 'eve', password: PASSWORD, address })).rejects.toMatchObject({
      code: 'SIGN_UP_CLOSED',
    })
    const asked = await Promise.allSettled(
      ['ada', 'grace', 'joan'].map((name) => signUp(test.store, { name, password: PASSWORD, invite: code, address })),
    )
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(asked.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'INVITE_INVALID' } })
    await expect(
      signUp(test.store, { name: 'eve', password: PASSWORD, invite: 'nxi_guessed', address }),
    ).rejects.toMatchObject({ code: 'INVITE_INVALID' })
  })

  it('gives an invite back when no account came of it', async () => {
    await using test = await openTestStore({ signUp: 'invite' })
    const { code } = await createInvite(test.store, '', 'admin')
    await expect(signUp(test.store, { name: 'ada', password: 'short', invite: code, address })).rejects.toMatchObject({
      code: 'PASSWORD_REFUSED',
    })
    await expect(signUp(test.store, { name: 'ada', password: PASSWORD, invite: code, address })).resolves.toMatchObject(
      { name: 'ada' },
    )
  })
})

describe('tokens [R5]', () => {
  it('are stored as a digest, listed by their first characters and last use, and revoked at once', async () => {
    await using test = await openTestStore()
    const { id: accountId } = await createAccount(test.store, { name: 'ada', password: PASSWORD })
    const { token, row } = await createToken(test.store, { accountId }, { name: 'laptop', scopes: ['publish'] })
    expect(JSON.stringify(await test.store.database.getRepository(tokens).find())).not.toContain(token)
    expect(await listTokens(test.store, { accountId })).toMatchObject([
      { hint: token.slice(0, 8), lastUsedAt: null, scopes: ['publish'] },
    ])
    expect(await authenticate(test.store, { token, address }, undefined)).toMatchObject({ name: 'ada' })
    expect((await listTokens(test.store, { accountId }))[0]?.lastUsedAt).not.toBeNull()
    await revokeToken(test.store, { accountId }, row.id)
    expect(await authenticate(test.store, { token, address }, undefined)).toBeUndefined()
    expect(await listTokens(test.store, { accountId })).toEqual([])
  })

  it('work only until they expire', async () => {
    await using test = await openTestStore()
    const { id: accountId } = await createAccount(test.store, { name: 'ada', password: PASSWORD })
    const { token } = await createToken(test.store, { accountId }, { name: 'past', scopes: ['read'], lifetimeMs: -1 })
    expect(await authenticate(test.store, { token, address }, undefined)).toBeUndefined()
  })

  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['2001:db8::/32', '2001:db8::5', true],
    ['2001:db8::/32', '2001:db9::5', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '', false],
  ])('limited to %s and used from %s: %s', async (cidr, from, allowed) => {
    await using test = await openTestStore()
    const { id: accountId } = await createAccount(test.store, { name: 'ada', password: PASSWORD })
    const request = { name: 'ci', scopes: ['publish'], cidrs: [cidr] } as const
    const { token } = await createToken(test.store, { accountId }, request)
    const used = authenticate(test.store, { token, address: from }, undefined)
    await (allowed
      ? expect(used).resolves.toMatchObject({ kind: 'account' })
      : expect(used).rejects.toMatchObject({ code: 'TOKEN_ADDRESS' }))
  })
})
