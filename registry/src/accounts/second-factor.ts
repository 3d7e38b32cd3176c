import type { RegistryStore } from '../store/open-store.ts'
import { isBelow } from '../store/query.ts'
import { type AccountRow, accounts, recoveryCodes, usedCodes } from '../store/rows/account-rows.ts'
import { isUniqueViolation } from '../database/index.ts'
import { registryError } from '../errors.ts'
import type { SecondFactorPolicy } from '../contract/accounts.ts'
import { takeAttempt } from './check-password.ts'
import { accountError } from './errors.ts'
import { OTP_COMMAND_MS, OTP_DRIFT_STEPS } from './limits.ts'
import { isRecoveryCode, renewRecoveryCodes, spendRecoveryCode } from './recovery-codes.ts'
import { seal, unseal } from './seal.ts'
import { createTotpSecret, stepOfCode } from './totp.ts'

/** Who shows a code: the token or sign-in it comes with, and from where. */
export interface CodeUse {
  readonly by: string
  readonly address: string
}

/**
 * True when the code is a right one of this account that nobody has used. A command of npm sends one code with several
 * requests, so the same token from the same address may show it again for a moment; anybody else may not.
 */
export async function showsSecondFactor(
  store: RegistryStore,
  account: AccountRow,
  code: string,
  use: CodeUse,
): Promise<boolean> {
  if (account.totpSecret === null) return false
  const giveBack = takeAttempt(store, `otp ${account.id}`, use.address)
  const right = isRecoveryCode(code)
    ? await spendRecoveryCode(store, account.id, code)
    : await spendCode(store, account.id, stepOfCode(open(store, account, account.totpSecret), code), use)
  if (right) giveBack()
  return right
}

/** Begins to enrol: the secret counts only once a code of it was shown. */
export async function enrolSecondFactor(store: RegistryStore, account: AccountRow) {
  if (account.totpSecret !== null) {
    throw accountError(
      'SECOND_FACTOR_EXISTS',
      'Expected an account without a second factor, found one. Disable it first.',
    )
  }
  const made = createTotpSecret(account.name)
  const totpPending = seal(store.accounts.sealKey, made.secret, account.id)
  await store.database.getRepository(accounts).update({ id: account.id }, { totpPending })
  return made
}

/** Finishes enrolling with a code of the new secret. Gives the recovery codes, which are shown this once. */
export async function confirmSecondFactor(
  store: RegistryStore,
  account: AccountRow,
  request: { readonly code: string; readonly policy: Exclude<SecondFactorPolicy, 'off'> } & CodeUse,
): Promise<readonly string[]> {
  const { totpPending } = account
  const giveBack = takeAttempt(store, `otp ${account.id}`, request.address)
  const step = totpPending === null ? undefined : stepOfCode(open(store, account, totpPending), request.code)
  if (!(await spendCode(store, account.id, step, request))) throw wrongCode()
  giveBack()
  return store.database.transaction(async (manager) => {
    const { affected } = await manager.update(
      accounts,
      { id: account.id, totpPending: totpPending ?? '' },
      { totpSecret: totpPending, totpPending: null, secondFactor: request.policy },
    )
    if (affected !== 1) throw wrongCode()
    return renewRecoveryCodes(manager, account.id)
  })
}

/** Asks for the second factor more or less often. The caller has checked a code. */
export async function setSecondFactorPolicy(
  store: RegistryStore,
  account: AccountRow,
  policy: Exclude<SecondFactorPolicy, 'off'>,
): Promise<void> {
  if (account.totpSecret === null) throw missing()
  await store.database.getRepository(accounts).update({ id: account.id }, { secondFactor: policy })
}

/** New recovery codes in place of the old ones. The caller has checked a code. */
export async function replaceRecoveryCodes(store: RegistryStore, account: AccountRow): Promise<readonly string[]> {
  if (account.totpSecret === null) throw missing()
  return store.database.transaction((manager) => renewRecoveryCodes(manager, account.id))
}

/** Takes the second factor and its recovery codes away. The caller has checked password and code. */
export async function disableSecondFactor(store: RegistryStore, accountId: string): Promise<void> {
  await store.database.transaction(async (manager) => {
    await manager.update(accounts, { id: accountId }, { totpSecret: null, totpPending: null, secondFactor: 'off' })
    await manager.delete(recoveryCodes, { accountId })
  })
}

/** Refuses unless the code is right; for what an account may do only with its second factor, such as disabling it. */
export async function requireCode(
  store: RegistryStore,
  account: AccountRow,
  code: string | undefined,
  use: CodeUse,
): Promise<void> {
  if (account.totpSecret === null) return
  if (code === undefined || code === '') {
    throw accountError(
      'SECOND_FACTOR_REQUIRED',
      'Expected a code of the second factor, found none. Send it again with one.',
    )
  }
  if (!(await showsSecondFactor(store, account, code, use))) throw wrongCode()
}

export function wrongCode() {
  return accountError(
    'SECOND_FACTOR_WRONG',
    'Expected a code of the second factor that is valid now and was not used, found another. Wait for the next code.',
  )
}

function missing() {
  return accountError('SECOND_FACTOR_MISSING', 'Expected an account with a second factor, found none. Enrol it first.')
}

function open(store: RegistryStore, account: AccountRow, sealed: string): string {
  return unseal(store.accounts.sealKey, sealed, account.id)
}

/** Takes a time step for one use; the row's key lets only one have it. */
async function spendCode(
  store: RegistryStore,
  accountId: string,
  step: number | undefined,
  use: CodeUse,
): Promise<boolean> {
  if (step === undefined) return false
  const rows = store.database.getRepository(usedCodes)
  const now = Date.now()
  try {
    await rows.insert({ accountId, step, usedBy: use.by, address: use.address, usedAt: new Date(now).toISOString() })
    await rows.delete({ accountId, step: isBelow(step - 2 * OTP_DRIFT_STEPS) })
    return true
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
  const before = await rows.findOneBy({ accountId, step })
  if (before === null) throw registryError('BUSY', 'Expected to check the code, found that it is in use. Try again.')
  return before.usedBy === use.by && before.address === use.address && Date.parse(before.usedAt) + OTP_COMMAND_MS > now
}
