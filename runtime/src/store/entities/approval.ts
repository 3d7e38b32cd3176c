import { EntitySchema } from 'typeorm'
import type { ApprovalRow } from '../approval.ts'
import { bigNumber, date, inWorkspace, json, key, optionalDate, optionalText, text } from '../columns.ts'

export const approvalEntity = new EntitySchema<ApprovalRow>({
  name: 'approval',
  columns: {
    id: key('id', 'pk_approval'),
    workspaceId: text('workspace_id'),
    state: text('state'),
    binding: text('binding'),
    openKey: optionalText('open_key'),
    principalId: text('principal_id'),
    userId: optionalText('user_id'),
    subject: json('subject'),
    terms: json('terms'),
    reason: text('reason'),
    requestId: text('request_id'),
    createdAt: date('created_at'),
    expiresAt: date('expires_at'),
    decidedAt: optionalDate('decided_at'),
    decidedBy: optionalText('decided_by'),
    decidedByName: optionalText('decided_by_name'),
    note: optionalText('note'),
    rounds: bigNumber('rounds'),
  },
  uniques: [{ name: 'uq_approval_open_key', columns: ['openKey'] }],
  indices: [
    { name: 'ix_approval_workspace', columns: ['workspaceId', 'state'] },
    { name: 'ix_approval_expires_at', columns: ['expiresAt'] },
  ],
  foreignKeys: [inWorkspace('fk_approval_workspace')],
})
