import { Between, type EntityManager, In, LessThan, MoreThanOrEqual } from 'typeorm'
import { limitBreachEntity } from '../entities/limit-breach.ts'
import { permissionUseEntity } from '../entities/permission-use.ts'
import { usageBucketEntity } from '../entities/usage-bucket.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'
import { grow, limitBreaches, permissionUses, usageBuckets } from '../upsert-usage.ts'

export function usageVerbs(manager: EntityManager, dialect: Store['dialect']): Store['usage'] {
  const buckets = tableOf(manager, usageBucketEntity)
  const breaches = tableOf(manager, limitBreachEntity)
  const uses = tableOf(manager, permissionUseEntity)
  const inOrder = { startedAt: 'asc' } as const
  return {
    add: (more) =>
      manager.transaction(async (inside) => {
        await grow(inside, dialect, usageBuckets, more.buckets)
        await grow(inside, dialect, limitBreaches, more.breaches)
        await grow(inside, dialect, permissionUses, more.permissions)
      }),
    find: (installationId, resolution, since, until) =>
      buckets.find({ installationId, resolution, startedAt: Between(since, until) }, inOrder),
    ofWorkspace: (workspaceId, resolution, since) =>
      buckets.find({ workspaceId, resolution, startedAt: MoreThanOrEqual(since) }, inOrder),
    daysOf: (installationIds, since) =>
      buckets.find(
        { installationId: In(installationIds), resolution: 'day', startedAt: MoreThanOrEqual(since) },
        inOrder,
      ),
    breaches: (installationId, sinceDay) =>
      breaches.find({ installationId, day: MoreThanOrEqual(sinceDay) }, { lastAt: 'desc' }),
    permissions: (installationId) => uses.find({ installationId }, { family: 'asc', name: 'asc', verb: 'asc' }),
    async prune(resolution, before) {
      await buckets.remove({ resolution, startedAt: LessThan(before) })
      if (resolution === 'day') await breaches.remove({ day: LessThan(before.toISOString().slice(0, 10)) })
    },
    async clear(installationId) {
      await buckets.remove({ installationId })
      await breaches.remove({ installationId })
      await uses.remove({ installationId })
    },
  }
}
