import { EntitySchema } from 'typeorm'
import { belongsTo, text, time } from './columns.ts'

/** A release that only a share of hosts takes by itself; one without a row is for all of them. */
export interface RolloutRow {
  pluginId: string
  version: string
  /** 0 to 99. */
  percent: number
  changedAt: string
}

export const rollouts = new EntitySchema<RolloutRow>({
  name: 'registry_rollout',
  columns: {
    pluginId: { ...text(110), primary: true },
    version: { ...text(64), primary: true },
    percent: { type: 'integer' },
    changedAt: time,
  },
  foreignKeys: belongsTo('registry_plugin', 'pluginId'),
})
