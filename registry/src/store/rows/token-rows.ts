import { EntitySchema } from 'typeorm'
import type { TokenScope } from '../../contract/publishers.ts'
import { ACCOUNT } from './account-rows.ts'
import { belongsTo, text, time } from './columns.ts'
import { PUBLISHER } from './publisher-rows.ts'

/** A token of an account, of a publisher, or of a trusted workflow: exactly one of the three ids is there. */
export interface TokenRow {
  id: string
  accountId: string | null
  publisherId: string | null
  /** The trust record whose workflow it was given to. */
  trustId: string | null
  name: string
  /** SHA-256 of the token; the token itself is never stored. */
  tokenHash: string
  /** First characters, for people who look for a token in their files. */
  hint: string
  scopes: readonly TokenScope[]
  /** Networks it may be used from; none: any. */
  cidrs: readonly string[]
  /** `@scope`, `@scope/name` or `name` it is limited to; none: everything its owner may. */
  packages: readonly string[]
  /** Writes with it ask for no second factor. */
  automation: boolean
  createdAt: string
  expiresAt: string
  lastUsedAt: string | null
  revokedAt: string | null
}

export const tokens = new EntitySchema<TokenRow>({
  name: 'registry_access_token',
  columns: {
    id: { ...text(36), primary: true },
    accountId: { ...text(36), nullable: true },
    publisherId: { ...text(40), nullable: true },
    trustId: { ...text(36), nullable: true },
    name: text(80),
    tokenHash: text(64),
    hint: text(12),
    scopes: { type: 'simple-json' },
    cidrs: { type: 'simple-json' },
    packages: { type: 'simple-json' },
    automation: { type: 'boolean' },
    createdAt: time,
    expiresAt: time,
    lastUsedAt: { ...time, nullable: true },
    revokedAt: { ...time, nullable: true },
  },
  foreignKeys: [...belongsTo(ACCOUNT, 'accountId'), ...belongsTo(PUBLISHER, 'publisherId')],
  indices: [
    { name: 'registry_access_token_hash', columns: ['tokenHash'], unique: true },
    { name: 'registry_access_token_account', columns: ['accountId'] },
    { name: 'registry_access_token_publisher', columns: ['publisherId'] },
  ],
})
