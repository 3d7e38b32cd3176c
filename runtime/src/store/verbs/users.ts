import type { EntityManager } from 'typeorm'
import { membershipEntity } from '../entities/membership.ts'
import { userEntity } from '../entities/user.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function userVerbs(manager: EntityManager): Store['users'] {
  const table = tableOf(manager, userEntity)
  return {
    ...rowsOf(manager, userEntity, (id: string) => ({ id })),
    list: () => table.find({}, { email: 'asc' }),
    byEmail: (email) => table.findOne({ email }),
    count: () => manager.count(userEntity),
    create: (user, memberships) =>
      manager.transaction(async (inside) => {
        await tableOf(inside, userEntity).insert([user])
        await tableOf(inside, membershipEntity).insert(memberships)
      }),
  }
}
