import { type EntityManager, IsNull, Not } from 'typeorm'
import type { DefinitionKey, DefinitionRows } from '../definition.ts'
import { definitionEntity, definitionSettingEntity } from '../entities/definition.ts'
import { tableOf } from '../table.ts'

const keyOf = ({ upstreamId, kind, name }: DefinitionKey): DefinitionKey => ({ upstreamId, kind, name })

/** Decisions are one statement each with their condition in it: what is decided on is what was shown. */
export function definitionVerbs(manager: EntityManager): DefinitionRows {
  const table = tableOf(manager, definitionEntity)
  const settings = tableOf(manager, definitionSettingEntity)
  const inOrder = { upstreamId: 'asc', kind: 'asc', name: 'asc' } as const
  const update = () => manager.createQueryBuilder().update(definitionEntity)
  const nothingHeld = { held: undefined, heldDigest: undefined, heldAt: undefined, flags: [] }
  const notRejected = { rejectedAt: undefined, rejectedBy: undefined }
  return {
    get: (key) => table.findOne(keyOf(key)),
    ofUpstream: (upstreamId) => table.find({ upstreamId }, inOrder),
    ofWorkspace: (workspaceId) => table.find({ workspaceId }, inOrder),
    heldOf: (workspaceId) => table.find({ workspaceId, heldDigest: Not(IsNull()) }, inOrder),
    countWaiting: (workspaceId) =>
      manager.getRepository(definitionEntity).countBy({ workspaceId, heldDigest: Not(IsNull()), rejectedAt: IsNull() }),
    insertMissing: (rows) => table.insertMissing(rows),
    async hold(key, held) {
      const other = [
        { ...keyOf(key), heldDigest: IsNull() },
        { ...keyOf(key), heldDigest: Not(held.heldDigest) },
      ]
      const changed = await Promise.all(other.map((where) => table.update(where, { ...held, ...notRejected })))
      return changed.some((rows) => rows > 0)
    },
    release: async (key) =>
      (await table.update({ ...keyOf(key), heldDigest: Not(IsNull()) }, { ...nothingHeld, ...notRejected })) > 0,
    removeUnapproved: async (key) => (await table.remove({ ...keyOf(key), approvedDigest: IsNull() })) > 0,
    async approve(key, digest, by, at) {
      const change = update().set({
        approved: () => 'held',
        approvedDigest: () => 'held_digest',
        approvedAt: at,
        approvedBy: by,
        held: () => 'NULL',
        heldDigest: () => 'NULL',
        heldAt: () => 'NULL',
        flags: [],
        rejectedAt: () => 'NULL',
        rejectedBy: () => 'NULL',
      })
      const done = await change.where({ ...keyOf(key), heldDigest: digest }).execute()
      return done.affected === 1
    },
    reject: async (key, digest, by, at) =>
      (await table.update(
        { ...keyOf(key), heldDigest: digest, rejectedAt: IsNull() },
        { rejectedAt: at, rejectedBy: by },
      )) > 0,
    setAbsent: async (key, since) =>
      (await table.update(
        { ...keyOf(key), absentSince: since === undefined ? Not(IsNull()) : IsNull() },
        { absentSince: since },
      )) > 0,
    ...settingVerbs(manager),
    async clear(installationId) {
      await table.remove({ installationId })
      await settings.remove({ installationId })
    },
  }
}

function settingVerbs(manager: EntityManager): Pick<DefinitionRows, 'setting' | 'settings' | 'putSetting'> {
  const table = tableOf(manager, definitionSettingEntity)
  return {
    setting: (installationId) => table.findOne({ installationId }),
    settings: (workspaceId) => table.find({ workspaceId }),
    async putSetting(row) {
      const { installationId, ...change } = row
      if ((await table.update({ installationId }, change)) === 0) await table.insertMissing([row])
    },
  }
}
