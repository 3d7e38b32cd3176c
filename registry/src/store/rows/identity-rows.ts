import { EntitySchema } from 'typeorm'
import { belongsTo, text, time } from './columns.ts'
import { PUBLISHER } from './publisher-rows.ts'

/** An identity that signs for a publisher without a key of its own. */
export interface IdentityRow {
  publisherId: string
  /** SHA-256 of issuer and subject, in hex: what the log names it by. */
  fingerprint: string
  issuer: string
  subject: string
  validFrom: string
  validUntil: string | null
  revokedAt: string | null
}

export const identities = new EntitySchema<IdentityRow>({
  name: 'registry_identity',
  columns: {
    publisherId: { ...text(40), primary: true },
    fingerprint: { ...text(64), primary: true },
    issuer: text(300),
    subject: text(500),
    validFrom: time,
    validUntil: { ...time, nullable: true },
    revokedAt: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
})
