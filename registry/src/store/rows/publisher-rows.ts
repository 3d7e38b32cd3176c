import { EntitySchema } from 'typeorm'
import type { TokenScope } from '../../contract/publishers.ts'
import { belongsTo, text, time } from './columns.ts'

export interface PublisherRow {
  id: string
  displayName: string
  createdAt: string
}

export interface KeyRow {
  keyId: string
  publisherId: string
  publicKey: string
  validFrom: string
  validUntil: string | null
  revokedAt: string | null
}

export interface TokenRow {
  id: string
  publisherId: string
  name: string
  /** SHA-256 of the token; the token itself is never stored. */
  tokenHash: string
  scopes: readonly TokenScope[]
  createdAt: string
  expiresAt: string
  revokedAt: string | null
}

export const PUBLISHER = 'registry_publisher'

export const publishers = new EntitySchema<PublisherRow>({
  name: PUBLISHER,
  columns: { id: { ...text(40), primary: true }, displayName: text(80), createdAt: time },
})

export const keys = new EntitySchema<KeyRow>({
  name: 'registry_key',
  columns: {
    keyId: { ...text(64), primary: true },
    publisherId: text(40),
    publicKey: { type: 'text' },
    validFrom: time,
    validUntil: { ...time, nullable: true },
    revokedAt: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
  indices: [{ name: 'registry_key_publisher', columns: ['publisherId'] }],
})

export const tokens = new EntitySchema<TokenRow>({
  name: 'registry_token',
  columns: {
    id: { ...text(36), primary: true },
    publisherId: text(40),
    name: text(80),
    tokenHash: text(64),
    scopes: { type: 'simple-json' },
    createdAt: time,
    expiresAt: time,
    revokedAt: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
  indices: [{ name: 'registry_token_hash', columns: ['tokenHash'], unique: true }],
})
