import { type EntityManager, In, LessThanOrEqual, Not } from 'typeorm'
import { updateOfferEntity, updatePolicyEntity, updateSettingEntity, versionChangeEntity } from '../entities/update.ts'
import { tableOf } from '../table.ts'
import type { UpdateRows } from '../update.ts'

/** What nodes do against each other is one statement with its condition in it. */
export function updateVerbs(manager: EntityManager): UpdateRows {
  const settings = tableOf(manager, updateSettingEntity)
  const offers = tableOf(manager, updateOfferEntity)
  const changes = tableOf(manager, versionChangeEntity)
  const policies = tableOf(manager, updatePolicyEntity)
  return {
    setting: (installationId) => settings.findOne({ installationId }),
    automatic: () => settings.find({ mode: Not('off'), pinned: false }, { installationId: 'asc' }),
    async putSetting({ installationId, ...row }) {
      await settings.insertMissing([{ installationId, ...row }])
      await settings.update({ installationId }, row)
    },
    async claimCheck(installationId, now, before) {
      const claim = manager.createQueryBuilder().update(updateSettingEntity).set({ checkedAt: now })
      const free = 'installation_id = :installationId AND (checked_at IS NULL OR checked_at <= :before)'
      claim.where(free, { installationId, before: before.toISOString() })
      return (await claim.execute()).affected === 1
    },
    offer: (installationId) => offers.findOne({ installationId }),
    offers: (workspaceId) => offers.find({ workspaceId }, { foundAt: 'asc', installationId: 'asc' }),
    async dueOffers(now) {
      const approved = await offers.find({ state: 'approved' }, { foundAt: 'asc', installationId: 'asc' })
      return approved.filter(({ notBefore }) => notBefore === undefined || notBefore <= now)
    },
    abandonedOffers: (before) => offers.find({ state: 'applying', updatedAt: LessThanOrEqual(before) }),
    async putOffer({ installationId, ...row }) {
      await offers.insertMissing([{ installationId, ...row }])
      await offers.update({ installationId }, row)
    },
    async moveOffer({ installationId, version, state }, change) {
      return (await offers.update({ installationId, version, state }, change)) === 1
    },
    async removeOffer(installationId) {
      await offers.remove({ installationId })
    },
    history: (installationId, limit) => changes.find({ installationId }, { at: 'desc', id: 'asc' }, limit),
    unfinished: () => changes.find({ outcome: 'probation' }, { at: 'asc', id: 'asc' }),
    begin: (row) => changes.insert([row]),
    async end(id, change) {
      await changes.update({ id }, change)
    },
    async forget(ids) {
      if (ids.length > 0) await changes.remove({ id: In([...ids]) })
    },
    policy: (workspaceId) => policies.findOne({ workspaceId }),
    async putPolicy({ workspaceId, ...row }) {
      await policies.insertMissing([{ workspaceId, ...row }])
      await policies.update({ workspaceId }, row)
    },
  }
}
