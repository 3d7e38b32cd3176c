import { randomUUID } from 'node:crypto'
import { type Account, accountName } from '../contract/accounts.ts'
import { isUniqueViolation } from '../database/index.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type AccountRow, accounts } from '../store/rows/account-rows.ts'
import { accountError } from './errors.ts'
import { hashPassword } from './passwords.ts'

export interface NewAccount {
  readonly name: string
  readonly password: string
  readonly email?: string
}

/** Makes an account, whoever asks: sign-up and its mode are checked before. */
export async function createAccount(store: RegistryStore, request: NewAccount): Promise<Account> {
  const row: AccountRow = {
    id: randomUUID(),
    name: parseName(request.name),
    email: request.email ?? '',
    passwordHash: await hashPassword(request.password),
    profile: {},
    secondFactor: 'off',
    totpSecret: null,
    totpPending: null,
    createdAt: new Date().toISOString(),
    disabledAt: null,
  }
  try {
    await store.database.getRepository(accounts).insert(row)
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw accountError('ACCOUNT_EXISTS', 'Expected a free account name, found one that is taken. Choose another.')
  }
  return toAccount(row)
}

export function toAccount(row: AccountRow): Account {
  const { id, name, email, profile, secondFactor, createdAt, disabledAt } = row
  return { id, name, email, profile, secondFactor, createdAt, ...(disabledAt === null ? {} : { disabledAt }) }
}

function parseName(name: string): string {
  const parsed = accountName.safeParse(name)
  if (parsed.success) return parsed.data
  throw accountError(
    'ACCOUNT_NAME_INVALID',
    'Expected a name of 1 to 64 lower-case letters, digits and inner `.`, `_` or `-`, found another. Choose such a name.',
  )
}
