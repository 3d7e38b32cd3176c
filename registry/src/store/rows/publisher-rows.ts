import { EntitySchema } from 'typeorm'
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
