import { type EntityManager, LessThanOrEqual, Not } from 'typeorm'
import type { ApprovalRows } from '../approval.ts'
import { approvalEntity } from '../entities/approval.ts'
import { storeError } from '../errors.ts'
import { tableOf } from '../table.ts'

/** Each change is one statement with its condition in it: the database decides who was first. */
export function approvalVerbs(manager: EntityManager): ApprovalRows {
  const table = tableOf(manager, approvalEntity)
  const update = () => manager.createQueryBuilder().update(approvalEntity)
  return {
    get: (id) => table.findOne({ id }),
    ofKey: (openKey) => table.findOne({ openKey }),
    async open(row) {
      await table.insertMissing([row])
      const open = row.openKey === undefined ? undefined : await table.findOne({ openKey: row.openKey })
      if (open !== undefined) return open
      throw storeError('STORE_CONFLICT', 'Expected the approval that was just opened, found it closed. Try again.')
    },
    pending: (workspaceId) => table.find({ workspaceId, state: 'pending' }, { createdAt: 'asc', id: 'asc' }),
    decided: (workspaceId, limit) =>
      table.find({ workspaceId, state: Not('pending') }, { decidedAt: 'desc', id: 'asc' }, limit),
    async decide(id, { state, now, expiresAt, decidedBy, decidedByName, note }) {
      const change = update().set({ state, decidedAt: now, expiresAt, decidedBy, decidedByName, note })
      change.where(`id = :id AND state = 'pending' AND expires_at > :now`, { id, now: now.toISOString() })
      return (await change.execute()).affected === 1
    },
    async consume(id, now, keepUntil) {
      const change = update().set({ state: 'used', openKey: () => 'NULL', expiresAt: keepUntil })
      change.where(`id = :id AND state = 'approved' AND expires_at > :now`, { id, now: now.toISOString() })
      return (await change.execute()).affected === 1
    },
    async advance(id, round) {
      const change = update().set({ rounds: round + 1 })
      change.where(`id = :id AND state = 'used' AND rounds = :round`, { id, round })
      return (await change.execute()).affected === 1
    },
    async takeExpired(now) {
      const expired = await table.find({ expiresAt: LessThanOrEqual(now) })
      const taken = await Promise.all(
        expired.map(async (row) => ((await table.remove({ id: row.id, state: row.state })) > 0 ? [row] : [])),
      )
      return taken.flat()
    },
  }
}
