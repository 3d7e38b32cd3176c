import { randomBytes, randomUUID } from 'node:crypto'
import type { Account, Invite } from '../contract/accounts.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull } from '../store/query.ts'
import { type InviteRow, invites } from '../store/rows/account-rows.ts'
import { accountError } from './errors.ts'
import { INVITE_MS } from './limits.ts'
import { hashToken } from './tokens.ts'

/** Makes an invite for one account. Its code is in the answer and nowhere else. */
export async function createInvite(
  store: RegistryStore,
  note: string,
  createdBy: string,
): Promise<Invite & { readonly code: string }> {
  const code = `nxi_${randomBytes(18).toString('base64url')}`
  const row: InviteRow = {
    id: randomUUID(),
    codeHash: hashToken(code),
    note,
    createdBy,
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + INVITE_MS).toISOString(),
    usedBy: null,
  }
  await store.database.getRepository(invites).insert(row)
  return { ...toInvite(row), code }
}

/** Every invite, newest first. */
export async function listInvites(store: RegistryStore): Promise<readonly Invite[]> {
  const rows = await store.database.getRepository(invites).find({ order: { createdAt: 'DESC' } })
  return rows.map(toInvite)
}

/** Takes an invite back that nobody has used. */
export async function revokeInvite(store: RegistryStore, id: string): Promise<void> {
  const { affected } = await store.database.getRepository(invites).delete({ id, usedBy: isNull() })
  if (affected === 0) throw invalid()
}

/** Lets exactly one account be made with an invite: when making it fails, the invite works again. */
export async function claimInvite(store: RegistryStore, code: string, make: () => Promise<Account>): Promise<Account> {
  const rows = store.database.getRepository(invites)
  const invite = await rows.findOneBy({ codeHash: hashToken(code) })
  if (invite === null || Date.parse(invite.expiresAt) <= Date.now()) throw invalid()
  const claim = randomUUID()
  const { affected } = await rows.update({ id: invite.id, usedBy: isNull() }, { usedBy: claim })
  if (affected === 0) throw invalid()
  try {
    const account = await make()
    await rows.update({ id: invite.id }, { usedBy: account.id })
    return account
  } catch (error) {
    await rows.update({ id: invite.id, usedBy: claim }, { usedBy: null })
    throw error
  }
}

function invalid() {
  return accountError(
    'INVITE_INVALID',
    'Expected an invite that nobody has used and that has not expired, found none. Ask for another.',
  )
}

function toInvite({ id, note, createdBy, createdAt, expiresAt, usedBy }: InviteRow): Invite {
  return { id, note, createdBy, createdAt, expiresAt, used: usedBy !== null }
}
