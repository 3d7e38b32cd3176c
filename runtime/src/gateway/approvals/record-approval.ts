import type { AuditEvent, AuditTrail } from '../../audit/audit.ts'
import type { ApprovalRow } from '../../store/approval.ts'

type Happened = 'approval.requested' | 'approval.granted' | 'approval.denied' | 'approval.used' | 'approval.expired'

/** One link of the chain from request to run; `approval` finds them all. Arguments are not in it, only their digest. */
export function recordApproval(
  audit: Pick<AuditTrail, 'record'>,
  row: ApprovalRow,
  action: Happened,
  who: { readonly actor: string; readonly requestId: string; readonly details?: AuditEvent['details'] },
): void {
  const { subject } = row
  audit.record({
    workspaceId: row.workspaceId,
    actor: who.actor,
    action,
    target: `${subject.pluginId}:${subject.name}`,
    outcome: action === 'approval.denied' ? 'denied' : action === 'approval.expired' ? 'failed' : 'ok',
    requestId: who.requestId,
    details: {
      approval: row.id,
      caller: row.principalId,
      rules: row.terms.sources.join(' '),
      binding: row.binding,
      ...(subject.virtualServer === undefined ? {} : { virtualServer: subject.virtualServer }),
      ...(subject.via === undefined ? {} : { via: subject.via }),
      ...who.details,
    },
  })
}
