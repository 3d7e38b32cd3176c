import { EntitySchema } from 'typeorm'
import { date, key, optionalDate, text } from '../columns.ts'
import type { OneTimeLinkRow } from '../store.ts'

export const oneTimeLinkEntity = new EntitySchema<OneTimeLinkRow>({
  name: 'one_time_link',
  columns: {
    tokenHash: key('token_hash', 'pk_one_time_link'),
    purpose: text('purpose'),
    expiresAt: date('expires_at'),
    usedAt: optionalDate('used_at'),
  },
})
