import { EntitySchema } from 'typeorm'
import { key, text } from '../columns.ts'

/** One key of a plugin's private storage. */
export interface StorageEntryRow {
  readonly installationId: string
  readonly key: string
  readonly workspaceId: string
  /** JSON text. */
  readonly value: string
  /** UTF-8 bytes of key and value. */
  readonly bytes: number
}

export const storageEntryEntity = new EntitySchema<StorageEntryRow>({
  name: 'storage_entry',
  columns: {
    installationId: key('installation_id', 'pk_storage_entry'),
    key: key('key', 'pk_storage_entry'),
    workspaceId: text('workspace_id'),
    value: text('value'),
    bytes: { name: 'bytes', type: 'integer' },
  },
  foreignKeys: [
    {
      name: 'fk_storage_entry_usage',
      target: 'storage_usage',
      columnNames: ['installationId'],
      referencedColumnNames: ['installationId'],
      onDelete: 'CASCADE',
    },
  ],
})
