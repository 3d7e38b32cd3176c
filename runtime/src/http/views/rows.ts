import type { AuditRecord } from '../../audit/audit.ts'
import type {
  AuditRecordView,
  PolicyRuleView,
  TokenView,
  UserView,
  VirtualServerView,
  WorkspaceView,
} from '../../contract/index.ts'
import type { VirtualServerPreview } from '../../gateway/virtual/virtual-servers.ts'
import type { ApiTokenRow, PolicyRuleRow, VirtualServerRow, WorkspaceRow } from '../../store/store.ts'
import type { UserFacts } from '../../identity/identity.ts'

// Rows as people see them: dates as text, and only the members that may leave the host.

export function auditRecordView(record: AuditRecord): AuditRecordView {
  const { sequence, at, actor, action, target, outcome, requestId, details } = record
  return { sequence, at: at.toISOString(), actor, action, target, outcome, requestId, details: { ...details } }
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

export function policyRuleView({ id, role, plugin, tool, effect, createdAt }: PolicyRuleRow): PolicyRuleView {
  return { id, role, plugin, tool, effect, createdAt: createdAt.toISOString() }
}

export function virtualServerView(
  row: VirtualServerRow,
  { effective, problems }: VirtualServerPreview,
  publicUrl: string,
): VirtualServerView {
  const { id, name, title, description, prefixMode, createdAt } = row
  return {
    id,
    name,
    title,
    description,
    prefixMode,
    tools: row.tools.map(({ upstream, tool, as, description: text }) => ({
      upstream,
      tool,
      ...(as !== undefined && { as }),
      ...(text !== undefined && { description: text }),
    })),
    url: `${publicUrl}/v/${name}/mcp`,
    effective: effective.map((tool) => ({ ...tool })),
    problems: problems.map(({ code, message }) => ({ code, message })),
    createdAt: createdAt.toISOString(),
  }
}
