import { EntitySchema } from 'typeorm'
import { date, key, ofUser, text } from '../columns.ts'
import type { SessionRow } from '../store.ts'

export const sessionEntity = new EntitySchema<SessionRow>({
  name: 'user_session',
  columns: {
    idHash: key('id_hash', 'pk_user_session'),
    userId: text('user_id'),
    createdAt: date('created_at'),
    lastSeenAt: date('last_seen_at'),
    expiresAt: date('expires_at'),
  },
  indices: [
    { name: 'ix_user_session_user', columns: ['userId'] },
    { name: 'ix_user_session_expiry', columns: ['expiresAt'] },
  ],
  foreignKeys: [ofUser('fk_user_session_user')],
})
