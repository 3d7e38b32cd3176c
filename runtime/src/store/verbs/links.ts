import { type EntityManager, IsNull } from 'typeorm'
import { oneTimeLinkEntity } from '../entities/one-time-link.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function linkVerbs(manager: EntityManager): Store['links'] {
  const table = tableOf(manager, oneTimeLinkEntity)
  return {
    ...rowsOf(manager, oneTimeLinkEntity, (tokenHash: string) => ({ tokenHash })),
    async use(tokenHash, now) {
      const update = manager.createQueryBuilder().update(oneTimeLinkEntity).set({ usedAt: now })
      const unused = update.where('token_hash = :tokenHash AND used_at IS NULL AND expires_at > :now', {
        tokenHash,
        now: now.toISOString(),
      })
      return (await unused.execute()).affected === 1
    },
    async removeUnused(purpose) {
      await table.remove({ purpose, usedAt: IsNull() })
    },
  }
}
