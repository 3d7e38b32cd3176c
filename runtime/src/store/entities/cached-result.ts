import { EntitySchema } from 'typeorm'
import type { CachedResultRow, ToolCacheRow } from '../cached-result.ts'
import { bigNumber, date, flag, key, text } from '../columns.ts'

export const cachedResultEntity = new EntitySchema<CachedResultRow>({
  name: 'cached_result',
  columns: {
    id: key('id', 'pk_cached_result'),
    workspaceId: text('workspace_id'),
    installationId: text('installation_id'),
    upstreamId: text('upstream_id'),
    kind: text('kind'),
    name: text('name'),
    value: text('value'),
    bytes: bigNumber('bytes'),
    storedAt: date('stored_at'),
    expiresAt: date('expires_at'),
  },
  indices: [
    { name: 'ix_cached_result_upstream', columns: ['upstreamId', 'kind', 'name'] },
    { name: 'ix_cached_result_expires_at', columns: ['expiresAt'] },
  ],
})

export const toolCacheEntity = new EntitySchema<ToolCacheRow>({
  name: 'tool_cache',
  columns: {
    installationId: key('installation_id', 'pk_tool_cache'),
    tool: key('tool', 'pk_tool_cache'),
    workspaceId: text('workspace_id'),
    ttlMs: bigNumber('ttl_ms'),
    scope: text('scope'),
    forced: flag('forced'),
    updatedAt: date('updated_at'),
    updatedBy: text('updated_by'),
  },
  indices: [{ name: 'ix_tool_cache_workspace', columns: ['workspaceId'] }],
})
