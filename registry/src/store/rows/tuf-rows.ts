import { EntitySchema } from 'typeorm'
import { text, time } from './columns.ts'

/** One version of one metadata file. Versions never change; replaced ones but the root's are removed after a while. */
export interface TufFileRow {
  name: string
  version: number
  content: string
  /** When it ends, and the registry's key that signed it; `null` for what root keys sign and for plain files. */
  expires: string | null
  keyId: string | null
  /** When a newer version took its place; `null` for the one that counts. */
  replacedAt: string | null
}

/** The one row that says how far into the log the metadata go. Whoever renews them locks it. */
export interface TufStateRow {
  id: number
  logSize: number
}

export const tufFiles = new EntitySchema<TufFileRow>({
  name: 'registry_tuf_file',
  columns: {
    name: { ...text(64), primary: true },
    version: { type: 'integer', primary: true },
    content: { type: 'text' },
    expires: { ...time, nullable: true },
    keyId: { ...text(64), nullable: true },
    replacedAt: { ...time, nullable: true },
  },
  indices: [{ name: 'registry_tuf_file_replaced', columns: ['replacedAt', 'name'] }],
})

export const tufStates = new EntitySchema<TufStateRow>({
  name: 'registry_tuf_state',
  columns: { id: { type: 'integer', primary: true }, logSize: { type: 'integer' } },
})
