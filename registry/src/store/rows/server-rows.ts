import { EntitySchema } from 'typeorm'
import type { ServerDocument } from '../../contract/mcp-servers.ts'
import { text, time } from './columns.ts'

/** One version of an entry of the MCP Registry that is not a plugin. */
export interface ServerRow {
  name: string
  version: string
  /** Whose entry it is; null: the registry's own. */
  publisherId: string | null
  document: ServerDocument
  /** 1: the newest version that is not deleted. */
  isLatest: number
  status: 'active' | 'deprecated' | 'deleted'
  statusMessage: string | null
  statusChangedAt: string
  publishedAt: string
  updatedAt: string
}

export const servers = new EntitySchema<ServerRow>({
  name: 'registry_server',
  columns: {
    name: { ...text(200), primary: true },
    version: { ...text(255), primary: true },
    publisherId: { ...text(40), nullable: true },
    document: { type: 'simple-json' },
    isLatest: { type: 'integer' },
    status: text(10),
    statusMessage: { ...text(500), nullable: true },
    statusChangedAt: time,
    publishedAt: time,
    updatedAt: time,
  },
})
