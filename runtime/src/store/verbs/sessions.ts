import { type EntityManager } from 'typeorm'
import { sessionEntity } from '../entities/session.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function sessionVerbs(manager: EntityManager): Store['sessions'] {
  const table = tableOf(manager, sessionEntity)
  return {
    ...rowsOf(manager, sessionEntity, (idHash: string) => ({ idHash })),
    async removeOfUser(userId) {
      await table.remove({ userId })
    },
    async removeExpired(now) {
      const removal = manager.createQueryBuilder().delete().from(sessionEntity)
      await removal.where('expires_at <= :now', { now: now.toISOString() }).execute()
    },
  }
}
