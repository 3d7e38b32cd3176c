import { EntitySchema } from 'typeorm'
import { date, inWorkspace, json, key, text } from '../columns.ts'
import type { InstallationBoundsRow } from '../store.ts'

/** What an admin narrowed for an installation after consent. */
export const installationBoundsEntity = new EntitySchema<InstallationBoundsRow>({
  name: 'installation_bounds',
  columns: {
    installationId: key('installation_id', 'pk_installation_bounds'),
    workspaceId: text('workspace_id'),
    limits: json('limits'),
    budgets: json('budgets'),
    withheld: json('withheld'),
    measuredSince: date('measured_since'),
    updatedAt: date('updated_at'),
  },
  foreignKeys: [
    inWorkspace('fk_installation_bounds_workspace'),
    {
      name: 'fk_installation_bounds_installation',
      target: 'installation',
      columnNames: ['installationId'],
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    },
  ],
})
