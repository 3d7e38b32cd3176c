import { type EntityManager, type FindOptionsWhere, In, LessThanOrEqual, MoreThan } from 'typeorm'
import type { CachedResultMatch, CachedResultRow, CachedResultRows } from '../cached-result.ts'
import { cachedResultEntity, toolCacheEntity } from '../entities/cached-result.ts'
import { INSERT_ROWS } from '../limits.ts'
import { tableOf } from '../table.ts'

export function cachedResultVerbs(manager: EntityManager): CachedResultRows {
  const table = tableOf(manager, cachedResultEntity)
  const settings = tableOf(manager, toolCacheEntity)
  const repository = manager.getRepository(cachedResultEntity)
  return {
    get: (id, now) => table.findOne({ id, expiresAt: MoreThan(now) }),
    async put(row) {
      const { id, ...change } = row
      if ((await table.update({ id }, change)) === 0) await table.insertMissing([row])
    },
    remove: (match) => table.remove(whereOf(match)),
    async sweep(now, rows) {
      const expired = await table.remove({ expiresAt: LessThanOrEqual(now) })
      let evicted = 0
      for (let over = (await repository.count()) - rows; over > 0; over -= INSERT_ROWS) {
        const first = await repository.find({
          select: { id: true },
          order: { expiresAt: 'asc' },
          take: Math.min(over, INSERT_ROWS),
        })
        evicted += await table.remove({ id: In(first.map(({ id }) => id)) })
      }
      return expired + evicted
    },
    settings: (workspaceId) => settings.find({ workspaceId }, { installationId: 'asc', tool: 'asc' }),
    async putSetting(row) {
      const { installationId, tool, ...change } = row
      if ((await settings.update({ installationId, tool }, change)) === 0) await settings.insertMissing([row])
    },
    removeSetting: async (installationId, tool) => (await settings.remove({ installationId, tool })) > 0,
    async clear(installationId) {
      await table.remove({ installationId })
      await settings.remove({ installationId })
    },
  }
}

/** An empty condition would match everything; a member that is not given is none. */
function whereOf({ workspaceId, installationId, upstreamId, kind, name }: CachedResultMatch) {
  const where: FindOptionsWhere<CachedResultRow> = {
    ...(workspaceId === undefined ? {} : { workspaceId }),
    ...(installationId === undefined ? {} : { installationId }),
    ...(upstreamId === undefined ? {} : { upstreamId }),
    ...(kind === undefined ? {} : { kind }),
    ...(name === undefined ? {} : { name }),
  }
  return where
}
