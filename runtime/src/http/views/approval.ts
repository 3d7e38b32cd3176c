import type { ApprovalView } from '../../contract/index.ts'
import { isOwn, mayDecide } from '../../gateway/approvals/may-decide.ts'
import type { Principal } from '../../identity/principal.ts'
import type { ApprovalRow } from '../../store/approval.ts'

/** An approval as this principal sees it. */
export function approvalView(row: ApprovalRow, principal: Principal): ApprovalView {
  const { subject, terms } = row
  return {
    id: row.id,
    state: row.state,
    own: isOwn(row, principal),
    mayDecide: row.state === 'pending' && mayDecide(row, principal),
    caller: subject.principalName,
    principalId: row.principalId,
    virtualServer: subject.virtualServer ?? null,
    pluginId: subject.pluginId,
    upstream: subject.upstream,
    kind: subject.kind,
    name: subject.name,
    exposed: subject.exposed,
    title: subject.title ?? null,
    via: subject.via ?? null,
    arguments: subject.arguments,
    annotations: hintsOf(subject.annotations),
    reason: row.reason,
    rules: [...terms.sources],
    approvers: terms.approvers.map(({ roles, users }) => ({ roles: [...roles], people: users.length })),
    selfApproval: terms.selfApproval,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    decidedBy: row.decidedByName ?? null,
    note: row.note ?? null,
  }
}

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const

/** A tool may call anything a hint: what is no yes or no is left out. */
function hintsOf(annotations: ApprovalRow['subject']['annotations']): ApprovalView['annotations'] {
  return Object.fromEntries(
    HINTS.flatMap((name) => (typeof annotations[name] === 'boolean' ? [[name, annotations[name]]] : [])),
  )
}
