import type { AuditRecord } from '../../audit/audit.ts'
import type { AuditRecordView, PolicyRuleView, TokenView, UserView, WorkspaceView } from '../../contract/index.ts'
import type { ApiTokenRow, PolicyRuleRow, WorkspaceRow } from '../../store/store.ts'
import type { UserFacts } from '../../identity/identity.ts'

// Rows as people see them: dates as text, and only the members that may leave the host.

export function auditRecordView(record: AuditRecord, actorName?: string): AuditRecordView {
  const { sequence, at, actor, action, target, outcome, requestId, details } = record
  return {
    sequence,
    at: at.toISOString(),
    actor,
    ...(actorName !== undefined && { actorName }),
    action,
    target,
    outcome,
    requestId,
    details: { ...details },
  }
}

export function tokenView(row: ApiTokenRow & { readonly owner: string }): TokenView {
  const { id, name, hint, scopes, virtualServer, owner, createdAt, expiresAt, lastUsedAt, revokedAt } = row
  return {
    id,
    name,
    hint,
    scopes: [...scopes],
    owner,
    createdAt: createdAt.toISOString(),
    revoked: revokedAt !== undefined,
    ...(virtualServer !== undefined && { virtualServer }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt.toISOString() }),
    ...(lastUsedAt !== undefined && { lastUsedAt: lastUsedAt.toISOString() }),
  }
}

export function userView({ user, roles }: UserFacts): UserView {
  const { id, email, displayName, disabled, createdAt } = user
  return { id, email, displayName, disabled, roles: [...roles], createdAt: createdAt.toISOString() }
}

export function workspaceView({ id, name, title, createdAt }: WorkspaceRow): WorkspaceView {
  return { id, name, title, createdAt: createdAt.toISOString() }
}

export function policyRuleView({ approval, createdAt, ...row }: PolicyRuleRow): PolicyRuleView {
  const { id, role, plugin, kind, tool, effect } = row
  const terms = approval === undefined ? undefined : { ...approval, approvers: approversOf(approval) }
  const shown = { id, role, plugin, kind, tool, effect, createdAt: createdAt.toISOString() }
  return terms === undefined ? shown : { ...shown, approval: terms }
}

function approversOf({ approvers }: NonNullable<PolicyRuleRow['approval']>) {
  return { roles: [...approvers.roles], users: [...approvers.users] }
}
