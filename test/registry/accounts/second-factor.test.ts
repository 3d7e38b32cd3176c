import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { authenticate } from '../../../registry/src/accounts/authenticate.ts'
import { createAccount } from '../../../registry/src/accounts/create-account.ts'
import { login } from '../../../registry/src/accounts/login.ts'
import { OTP_COMMAND_MS } from '../../../registry/src/accounts/limits.ts'
import { requirePublish } from '../../../registry/src/accounts/permissions.ts'
import { confirmSecondFactor, enrolSecondFactor } from '../../../registry/src/accounts/second-factor.ts'
import { seal, unseal } from '../../../registry/src/accounts/seal.ts'
import { createToken } from '../../../registry/src/accounts/tokens.ts'
import { createPublisher } from '../../../registry/src/publishers/create-publisher.ts'
import { setPublishPolicy } from '../../../registry/src/publishers/publish-policy.ts'
import type { RegistryStore } from '../../../registry/src/store/open-store.ts'
import { accounts, usedCodes } from '../../../registry/src/store/rows/account-rows.ts'
import { PASSWORD, openTestStore } from './open-test-store.ts'
import { totpCode } from './totp-code.ts'

const address = '192.0.2.7'

/** An account with a second factor. Enrolling spends the code of the step before, so that those of now are left. */
async function enrol(store: RegistryStore, policy: 'auth-only' | 'auth-and-writes' = 'auth-and-writes') {
  const { id } = await createAccount(store, { name: 'ada', password: PASSWORD })
  const rows = store.database.getRepository(accounts)
  const { secret, url } = await enrolSecondFactor(store, await rows.findOneByOrFail({ id }))
  const enrolling = { code: totpCode(secret, -1), policy, by: 'enrol', address }
  const recoveryCodes = await confirmSecondFactor(store, await rows.findOneByOrFail({ id }), enrolling)
  return { id, secret, url, recoveryCodes }
}

describe('second factor [R5]', () => {
  it('is sealed at rest with a key that is outside the database and its owner’s only', async () => {
    await using test = await openTestStore()
    const { id, secret, url } = await enrol(test.store)
    expect(url).toMatch(/^otpauth:\/\/totp\/Nexus%20registry:ada\?/)
    const row = await test.store.database.getRepository(accounts).findOneByOrFail({ id })
    expect(JSON.stringify(row)).not.toContain(secret)
    const keyFile = join(test.dataDir, 'account-seal.key')
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
    const database = await readFile(join(test.dataDir, 'registry.db'), 'latin1')
    expect(database).not.toContain((await readFile(keyFile, 'utf8')).trim())
    expect(database).not.toContain(secret)
  })

  it('opens a sealed text for its own account only, and only unchanged', async () => {
    await using test = await openTestStore()
    const { sealKey } = test.store.accounts
    const sealed = seal(sealKey, 'JBSWY3DP', 'ada')
    expect(unseal(sealKey, sealed, 'ada')).toBe('JBSWY3DP')
    expect(() => unseal(sealKey, sealed, 'eve')).toThrow(expect.objectContaining({ code: 'REGISTRY_DATA_INVALID' }))
    const changed = Buffer.from(sealed, 'base64')
    changed.writeUInt8(changed.readUInt8(14) ^ 1, 14)
    expect(() => unseal(sealKey, changed.toString('base64'), 'ada')).toThrow(
      expect.objectContaining({ code: 'REGISTRY_DATA_INVALID' }),
    )
  })

  it('is asked for at sign-in, and a code that was used signs nobody in again', async () => {
    await using test = await openTestStore()
    const { secret } = await enrol(test.store)
    const signIn = { name: 'ada', password: PASSWORD, address }
    await expect(login(test.store, signIn)).rejects.toMatchObject({ code: 'SECOND_FACTOR_REQUIRED' })
    await expect(login(test.store, { ...signIn, otp: '000000' })).rejects.toMatchObject({ code: 'SECOND_FACTOR_WRONG' })
    const otp = totpCode(secret)
    await expect(login(test.store, { ...signIn, otp })).resolves.toMatchObject({ account: { name: 'ada' } })
    await expect(login(test.store, { ...signIn, otp })).rejects.toMatchObject({ code: 'SECOND_FACTOR_WRONG' })
  })

  it('lets exactly one of several that show one code at once in', async () => {
    await using test = await openTestStore()
    const { secret } = await enrol(test.store)
    const signIn = { name: 'ada', password: PASSWORD, address, otp: totpCode(secret) }
    const asked = await Promise.allSettled([1, 2, 3].map(() => login(test.store, signIn)))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('takes each recovery code once, as people type it', async () => {
    await using test = await openTestStore()
    const { recoveryCodes } = await enrol(test.store)
    expect(new Set(recoveryCodes).size).toBe(10)
    const [code = ''] = recoveryCodes
    const signIn = { name: 'ada', password: PASSWORD, address }
    await expect(login(test.store, { ...signIn, otp: code.toUpperCase().replaceAll('-', ' ') })).resolves.toBeDefined()
    await expect(login(test.store, { ...signIn, otp: code })).rejects.toMatchObject({ code: 'SECOND_FACTOR_WRONG' })
  })

  it('believes one code again for one command of the same token, never for another token or address, nor later', async () => {
    await using test = await openTestStore()
    const { id: accountId, secret } = await enrol(test.store)
    const { token } = await createToken(test.store, { accountId }, { name: 'a', scopes: ['publish'] })
    const other = await createToken(test.store, { accountId }, { name: 'b', scopes: ['publish'] })
    const otp = totpCode(secret)
    const shows = async (shown: string, from = address) =>
      Object(await authenticate(test.store, { token: shown, address: from, otp }, undefined)).secondFactor
    expect(await shows(token)).toBe(true)
    expect(await shows(token)).toBe(true)
    expect(await shows(other.token)).toBe(false)
    expect(await shows(token, '198.51.100.1')).toBe(false)
    const past = new Date(Date.now() - OTP_COMMAND_MS - 1).toISOString()
    await test.store.database.getRepository(usedCodes).update({ accountId }, { usedAt: past })
    expect(await shows(token)).toBe(false)
  })

  it('stops guessing at codes', async () => {
    await using test = await openTestStore()
    const { id: accountId } = await enrol(test.store)
    const { token } = await createToken(test.store, { accountId }, { name: 'a', scopes: ['publish'] })
    const guess = (otp: string) => authenticate(test.store, { token, address, otp }, undefined)
    for (let tries = 0; tries < 10; tries += 1) await guess('000000')
    await expect(guess('000000')).rejects.toMatchObject({ code: 'SIGN_IN_TOO_OFTEN' })
  })
})

describe('publishing with a second factor [R5]', () => {
  const may = async (
    store: RegistryStore,
    accountId: string,
    options: { readonly automation?: boolean; readonly otp?: string } = {},
  ) => {
    const { token } = await createToken(
      store,
      { accountId },
      { name: 'x', scopes: ['publish'], automation: options.automation === true },
    )
    const actor = await authenticate(store, { token, address, otp: options.otp }, undefined)
    return requirePublish(store, actor, '@acme/web').then(
      () => 'may',
      (error: unknown) => Object(error).code,
    )
  }

  const own = async (store: RegistryStore, accountId: string) =>
    createPublisher(
      store,
      { id: 'acme', displayName: 'Acme' },
      {
        kind: 'account',
        accountId,
        name: 'ada',
        tokenId: 'none',
        scopes: ['manage'],
        packages: [],
        secondFactor: false,
        automation: false,
        hasSecondFactor: false,
        writesNeedSecondFactor: false,
      },
    )

  it.each([
    // account, publisher, plain token, with code, automation
    ['auth-only', 'none', 'may', 'may', 'may'],
    ['auth-and-writes', 'none', 'SECOND_FACTOR_REQUIRED', 'may', 'may'],
    ['auth-only', 'automation', 'SECOND_FACTOR_REQUIRED', 'may', 'may'],
    ['auth-only', 'always', 'SECOND_FACTOR_REQUIRED', 'may', 'SECOND_FACTOR_REQUIRED'],
  ] as const)('account %s, publisher %s: plain %s, with a code %s, automation %s', async (account, policy, ...told) => {
    await using test = await openTestStore()
    const { id, secret } = await enrol(test.store, account)
    await own(test.store, id)
    await setPublishPolicy(test.store, 'acme', policy)
    expect([
      await may(test.store, id),
      await may(test.store, id, { otp: totpCode(secret) }),
      await may(test.store, id, { automation: true }),
    ]).toEqual(told)
  })

  it('asks an account without a second factor to enrol one where the publisher wants it', async () => {
    await using test = await openTestStore()
    const { id } = await createAccount(test.store, { name: 'ada', password: PASSWORD })
    await own(test.store, id)
    expect(await may(test.store, id)).toBe('may')
    await setPublishPolicy(test.store, 'acme', 'automation')
    expect(await may(test.store, id)).toBe('SECOND_FACTOR_MISSING')
  })
})
