import type { ApprovalRow } from '../../../runtime/src/store/approval.ts'

/** When the approvals of tests are opened. */
export const at = new Date('2026-11-21T12:00:00.000Z')
export const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000)

/** A call of Ada that waits for an admin. */
export function approvalRow(workspaceId: string, id: string, change: Partial<ApprovalRow> = {}): ApprovalRow {
  const openKey = `key-${id}`
  return {
    id,
    workspaceId,
    state: 'pending',
    binding: openKey,
    openKey,
    principalId: 'token:t',
    userId: 'u',
    subject: {
      principalName: 'Ada',
      pluginId: 'acme/notes',
      upstream: 'notes',
      kind: 'tool',
      name: 'delete_note',
      exposed: 'notes__delete_note',
      arguments: '{"id":7}',
      annotations: { destructiveHint: true },
    },
    terms: {
      approvers: [{ roles: ['admin'], users: ['u2'] }],
      expiresSeconds: 600,
      selfApproval: false,
      sources: ['rule:1'],
    },
    reason: 'because',
    requestId: 'r',
    createdAt: at,
    expiresAt: later(10),
    decidedAt: undefined,
    decidedBy: undefined,
    decidedByName: undefined,
    note: undefined,
    rounds: 0,
    ...change,
  }
}
