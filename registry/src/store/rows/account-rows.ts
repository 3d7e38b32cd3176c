import { EntitySchema } from 'typeorm'
import type { AccountProfile, MemberRole, SecondFactorPolicy } from '../../contract/accounts.ts'
import { belongsTo, text, time } from './columns.ts'
import { PUBLISHER } from './publisher-rows.ts'

export interface AccountRow {
  id: string
  /** Lower case; what npm calls the user name. */
  name: string
  email: string
  /** Argon2id in PHC form. */
  passwordHash: string
  profile: AccountProfile
  secondFactor: SecondFactorPolicy
  /** Sealed; null while the account has no second factor. */
  totpSecret: string | null
  /** Sealed; made by enrolling, becomes `totpSecret` once a code of it was shown. */
  totpPending: string | null
  createdAt: string
  disabledAt: string | null
}

export interface RecoveryCodeRow {
  /** SHA-256 of the code, which is random; the code itself is never stored. */
  codeHash: string
  accountId: string
  usedAt: string | null
}

export interface InviteRow {
  id: string
  /** SHA-256 of the invite. */
  codeHash: string
  note: string
  createdBy: string
  createdAt: string
  expiresAt: string
  /** The account it made. */
  usedBy: string | null
}

export interface MemberRow {
  publisherId: string
  accountId: string
  role: MemberRole
  createdAt: string
}

/** One time step of a second factor that was shown: no code is believed twice. */
export interface UsedCodeRow {
  accountId: string
  step: number
  /** The token or sign-in it came with. */
  usedBy: string
  address: string
  usedAt: string
}

/** A sign-in that began at a terminal and is decided in a browser. */
export interface WebLoginRow {
  /** SHA-256 of what the login URL names. */
  id: string
  /** SHA-256 of what only the terminal knows. */
  doneHash: string
  /** Shown at the terminal and in the browser, for comparing. */
  comparison: string
  /** What the terminal says it is, and where it called from. */
  userAgent: string
  address: string
  /** Set once approved; the token is made when the terminal asks for it. */
  accountId: string | null
  state: 'waiting' | 'approved' | 'denied' | 'taken'
  createdAt: string
  expiresAt: string
}

/** Who may publish one package beside the members of its publisher; all there is for a package without a scope. */
export interface PackageMemberRow {
  packageName: string
  accountId: string
  role: MemberRole
  createdAt: string
}

export const ACCOUNT = 'registry_account'

export const accounts = new EntitySchema<AccountRow>({
  name: ACCOUNT,
  columns: {
    id: { ...text(36), primary: true },
    name: text(64),
    email: text(254),
    passwordHash: text(200),
    profile: { type: 'simple-json' },
    secondFactor: text(20),
    totpSecret: { ...text(300), nullable: true },
    totpPending: { ...text(300), nullable: true },
    createdAt: time,
    disabledAt: { ...time, nullable: true },
  },
  indices: [{ name: 'registry_account_name', columns: ['name'], unique: true }],
})

export const recoveryCodes = new EntitySchema<RecoveryCodeRow>({
  name: 'registry_recovery_code',
  columns: {
    codeHash: { ...text(64), primary: true },
    accountId: text(36),
    usedAt: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(ACCOUNT, 'accountId'),
  indices: [{ name: 'registry_recovery_code_account', columns: ['accountId'] }],
})

export const invites = new EntitySchema<InviteRow>({
  name: 'registry_invite',
  columns: {
    id: { ...text(36), primary: true },
    codeHash: text(64),
    note: text(200),
    createdBy: text(64),
    createdAt: time,
    expiresAt: time,
    usedBy: { ...text(36), nullable: true },
  },
  indices: [{ name: 'registry_invite_code', columns: ['codeHash'], unique: true }],
})

export const members = new EntitySchema<MemberRow>({
  name: 'registry_member',
  columns: {
    publisherId: { ...text(40), primary: true },
    accountId: { ...text(36), primary: true },
    role: text(20),
    createdAt: time,
  },
  foreignKeys: [...belongsTo(PUBLISHER, 'publisherId'), ...belongsTo(ACCOUNT, 'accountId')],
  indices: [{ name: 'registry_member_account', columns: ['accountId'] }],
})

export const packageMembers = new EntitySchema<PackageMemberRow>({
  name: 'registry_package_member',
  columns: {
    packageName: { ...text(214), primary: true },
    accountId: { ...text(36), primary: true },
    role: text(20),
    createdAt: time,
  },
  foreignKeys: belongsTo(ACCOUNT, 'accountId'),
  indices: [{ name: 'registry_package_member_account', columns: ['accountId'] }],
})

export const usedCodes = new EntitySchema<UsedCodeRow>({
  name: 'registry_used_code',
  columns: {
    accountId: { ...text(36), primary: true },
    step: { type: 'integer', primary: true },
    usedBy: text(64),
    address: text(45),
    usedAt: time,
  },
  foreignKeys: belongsTo(ACCOUNT, 'accountId'),
})

export const webLogins = new EntitySchema<WebLoginRow>({
  name: 'registry_web_login',
  columns: {
    id: { ...text(64), primary: true },
    doneHash: text(64),
    comparison: text(12),
    userAgent: text(200),
    address: text(45),
    accountId: { ...text(36), nullable: true },
    state: text(10),
    createdAt: time,
    expiresAt: time,
  },
  foreignKeys: belongsTo(ACCOUNT, 'accountId'),
  indices: [{ name: 'registry_web_login_done', columns: ['doneHash'], unique: true }],
})
