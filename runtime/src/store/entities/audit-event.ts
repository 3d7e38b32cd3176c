import { EntitySchema } from 'typeorm'
import type { AuditRecord } from '../../audit/audit.ts'
import { date, json, optionalText, text } from '../columns.ts'

/** Append-only: triggers refuse UPDATE and DELETE. Ids are not references, so that the past outlives what it names. */
export const auditEventEntity = new EntitySchema<AuditRecord>({
  name: 'audit_event',
  columns: {
    sequence: {
      name: 'sequence',
      type: 'bigint',
      primary: true,
      primaryKeyConstraintName: 'pk_audit_event',
      transformer: { to: (value: unknown) => value, from: Number },
    },
    at: date('at'),
    workspaceId: optionalText('workspace_id'),
    actor: text('actor'),
    action: text('action'),
    target: text('target'),
    outcome: text('outcome'),
    requestId: text('request_id'),
    details: { ...json('details'), nullable: true },
  },
  indices: [
    { name: 'ix_audit_event_workspace', columns: ['workspaceId', 'sequence'] },
    { name: 'ix_audit_event_action', columns: ['action', 'sequence'] },
    { name: 'ix_audit_event_actor', columns: ['actor', 'sequence'] },
    { name: 'ix_audit_event_request', columns: ['requestId'] },
    { name: 'ix_audit_event_at', columns: ['at'] },
  ],
})
