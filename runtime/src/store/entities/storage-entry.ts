import { EntitySchema } from 'typeorm'
import { bigNumber, key, text } from '../columns.ts'

/** One key of a plugin's private storage. */
export interface StorageEntryRow {
  readonly installationId: string
  readonly key: string
  readonly workspaceId: string
  /** JSON text. */
  readonly value: string
  /** UTF-8 bytes of key and value, and what a row weighs besides. */
  readonly bytes: number
  /** The write that made this value, counted per installation: no two writes have the same. */
  readonly version: number
}

export const storageEntryEntity = new EntitySchema<StorageEntryRow>({
  name: 'storage_entry',
  columns: {
    installationId: key('installation_id', 'pk_storage_entry'),
    key: key('key', 'pk_storage_entry'),
    workspaceId: text('workspace_id'),
    value: text('value'),
    bytes: { name: 'bytes', type: 'integer' },
    version: { ...bigNumber('version'), default: 0 },
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
