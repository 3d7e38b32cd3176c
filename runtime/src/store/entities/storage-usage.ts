import { EntitySchema } from 'typeorm'
import { bigNumber, inWorkspace, key, text } from '../columns.ts'

/** What an installation's storage weighs. Whoever changes an entry holds the lock of this row. */
export interface StorageUsageRow {
  readonly installationId: string
  readonly workspaceId: string
  readonly bytes: number
  /** Writes so far; the source of versions. */
  readonly writes: number
}

export const storageUsageEntity = new EntitySchema<StorageUsageRow>({
  name: 'storage_usage',
  columns: {
    installationId: key('installation_id', 'pk_storage_usage'),
    workspaceId: text('workspace_id'),
    bytes: bigNumber('bytes'),
    writes: { ...bigNumber('writes'), default: 0 },
  },
  foreignKeys: [
    inWorkspace('fk_storage_usage_workspace'),
    {
      name: 'fk_storage_usage_installation',
      target: 'installation',
      columnNames: ['installationId'],
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    },
  ],
})
