import { EntitySchema } from 'typeorm'
import { bigNumber, date, key, text } from '../columns.ts'
import type { UsageBucketRow } from '../store.ts'

/** Ids are not references: a bucket that is flushed while its installation goes must not fail those beside it. */
export const usageBucketEntity = new EntitySchema<UsageBucketRow>({
  name: 'usage_bucket',
  columns: {
    installationId: key('installation_id', 'pk_usage_bucket'),
    resolution: key('resolution', 'pk_usage_bucket'),
    startedAt: { ...date('started_at'), primary: true, primaryKeyConstraintName: 'pk_usage_bucket' },
    workspaceId: text('workspace_id'),
    calls: bigNumber('calls'),
    errors: bigNumber('errors'),
    cpuMicroseconds: bigNumber('cpu_microseconds'),
    wallMicroseconds: bigNumber('wall_microseconds'),
    capabilityCalls: bigNumber('capability_calls'),
    denials: bigNumber('denials'),
    bytesIn: bigNumber('bytes_in'),
    bytesOut: bigNumber('bytes_out'),
    egressBytes: bigNumber('egress_bytes'),
    logBytes: bigNumber('log_bytes'),
    coldStarts: bigNumber('cold_starts'),
    breaches: bigNumber('breaches'),
    peakHeapBytes: bigNumber('peak_heap_bytes'),
    storageBytes: bigNumber('storage_bytes'),
    fileBytes: bigNumber('file_bytes'),
  },
  indices: [
    { name: 'ix_usage_bucket_age', columns: ['resolution', 'startedAt'] },
    { name: 'ix_usage_bucket_workspace', columns: ['workspaceId', 'resolution', 'startedAt'] },
  ],
})
