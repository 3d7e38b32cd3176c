import { EntitySchema } from 'typeorm'
import { bigNumber, key } from '../columns.ts'

/** The last sequence given to an audit event. One row; whoever appends holds its lock. */
export interface AuditHeadRow {
  readonly id: 'host'
  readonly sequence: number
}

export const auditHeadEntity = new EntitySchema<AuditHeadRow>({
  name: 'audit_head',
  columns: { id: key('id', 'pk_audit_head'), sequence: bigNumber('sequence') },
})
