import { OFFICIAL_META, type ServerResponse } from '../contract/mcp-servers.ts'
import type { ServerRow } from '../store/rows/server-rows.ts'

/** A plain entry as the read API shows it. */
export function presentEntry(row: ServerRow): ServerResponse {
  const { status, statusMessage, statusChangedAt, publishedAt, updatedAt, isLatest } = row
  return {
    server: row.document,
    _meta: {
      [OFFICIAL_META]: {
        status,
        ...(statusMessage === null ? {} : { statusMessage }),
        statusChangedAt,
        publishedAt,
        updatedAt,
        isLatest: isLatest === 1,
      },
    },
  }
}
