import { EntitySchema } from 'typeorm'
import { date, flag, key, text } from '../columns.ts'
import type { UserRow } from '../store.ts'

export const userEntity = new EntitySchema<UserRow>({
  name: 'user_account',
  columns: {
    id: key('id', 'pk_user_account'),
    email: text('email'),
    displayName: text('display_name'),
    passwordHash: text('password_hash'),
    disabled: flag('disabled'),
    createdAt: date('created_at'),
  },
  uniques: [{ name: 'uq_user_account_email', columns: ['email'] }],
})
