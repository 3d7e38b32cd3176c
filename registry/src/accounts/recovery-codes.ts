import { randomBytes } from 'node:crypto'
import type { RegistryStore } from '../store/open-store.ts'
import { type Transaction, isNull } from '../store/query.ts'
import { recoveryCodes } from '../store/rows/account-rows.ts'
import { RECOVERY_CODES } from './limits.ts'
import { hashToken } from './tokens.ts'

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz0123456789'.slice(0, 32)
const CHARACTERS = 16

/** Replaces an account's recovery codes: 80 random bits each, so that one fast hash keeps them. */
export async function renewRecoveryCodes(manager: Transaction, accountId: string): Promise<readonly string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, createCode)
  await manager.delete(recoveryCodes, { accountId })
  await manager.insert(
    recoveryCodes,
    codes.map((code) => ({ codeHash: hashCode(code), accountId, usedAt: null })),
  )
  return codes
}

/** Spends a recovery code; each works once. */
export async function spendRecoveryCode(store: RegistryStore, accountId: string, code: string): Promise<boolean> {
  const { affected } = await store.database
    .getRepository(recoveryCodes)
    .update({ codeHash: hashCode(code), accountId, usedAt: isNull() }, { usedAt: new Date().toISOString() })
  return affected === 1
}

/** True for what could be a recovery code, as people type it. */
export function isRecoveryCode(code: string): boolean {
  return plain(code).length === CHARACTERS
}

function createCode(): string {
  const letters = Array.from(randomBytes(CHARACTERS), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

function hashCode(code: string): string {
  return hashToken(`recovery:${plain(code)}`)
}

function plain(code: string): string {
  return code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
