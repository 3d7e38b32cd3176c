import type { EntityManager } from 'typeorm'
import { INSERT_ROWS } from './limits.ts'
import type { LimitBreachRow, PermissionUseRow, Store, UsageBucketRow } from './store.ts'

type Value = string | number

/** A table whose rows are added to: what is there already grows, what is not is made. */
interface Growing<Row> {
  readonly table: string
  /** Columns of the key, then those that are only written with a new row. */
  readonly key: readonly string[]
  readonly fixed: readonly string[]
  /** Columns whose new value is the old one plus the given one. */
  readonly sums: readonly string[]
  /** Columns that keep the larger value. */
  readonly peaks: readonly string[]
  values(row: Row): readonly Value[]
}

export const usageBuckets: Growing<UsageBucketRow> = {
  table: 'usage_bucket',
  key: ['installation_id', 'resolution', 'started_at'],
  fixed: ['workspace_id'],
  sums: [
    'calls',
    'errors',
    'cpu_microseconds',
    'wall_microseconds',
    'capability_calls',
    'denials',
    'bytes_in',
    'bytes_out',
    'egress_bytes',
    'log_bytes',
    'cold_starts',
    'breaches',
  ],
  peaks: ['peak_heap_bytes', 'storage_bytes', 'file_bytes'],
  values: (row) => [
    row.installationId,
    row.resolution,
    row.startedAt.toISOString(),
    row.workspaceId,
    row.calls,
    row.errors,
    row.cpuMicroseconds,
    row.wallMicroseconds,
    row.capabilityCalls,
    row.denials,
    row.bytesIn,
    row.bytesOut,
    row.egressBytes,
    row.logBytes,
    row.coldStarts,
    row.breaches,
    row.peakHeapBytes,
    row.storageBytes,
    row.fileBytes,
  ],
}

export const limitBreaches: Growing<LimitBreachRow> = {
  table: 'limit_breach',
  key: ['installation_id', 'day', 'code', 'limit_name'],
  fixed: ['workspace_id'],
  sums: ['count'],
  peaks: ['value', 'last_at'],
  values: (row) => [
    row.installationId,
    row.day,
    row.code,
    row.limit,
    row.workspaceId,
    row.count,
    row.value,
    row.lastAt.toISOString(),
  ],
}

export const permissionUses: Growing<PermissionUseRow> = {
  table: 'permission_use',
  key: ['installation_id', 'family', 'verb', 'name'],
  fixed: ['workspace_id'],
  sums: ['uses'],
  peaks: ['last_used_at'],
  values: (row) => [
    row.installationId,
    row.family,
    row.verb,
    row.name,
    row.workspaceId,
    row.uses,
    row.lastUsedAt.toISOString(),
  ],
}

/**
 * Adds rows with one statement for several hundred of them; several nodes may add to the same row. The text holds names
 * of this file and placeholders only.
 */
export async function grow<Row>(
  inside: EntityManager,
  dialect: Store['dialect'],
  growing: Growing<Row>,
  rows: readonly Row[],
): Promise<void> {
  const { table, key, fixed, sums, peaks } = growing
  const columns = [...key, ...fixed, ...sums, ...peaks]
  const larger = dialect === 'postgres' ? 'GREATEST' : 'MAX'
  const changes = [
    ...sums.map((name) => `${name} = ${table}.${name} + excluded.${name}`),
    ...peaks.map((name) => `${name} = ${larger}(${table}.${name}, excluded.${name})`),
  ].join(', ')
  const placeholder = dialect === 'postgres' ? (index: number) => `$${index + 1}` : () => '?'
  for (let start = 0; start < rows.length; start += INSERT_ROWS) {
    const part = rows.slice(start, start + INSERT_ROWS)
    const tuples = part.map((_, row) => {
      const places = columns.map((__, column) => placeholder(row * columns.length + column))
      return `(${places.join(',')})`
    })
    await inside.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples.join(',')}
       ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes}`,
      part.flatMap((row) => [...growing.values(row)]),
    )
  }
}
