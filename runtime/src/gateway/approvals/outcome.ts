import type { ApprovalRow } from '../../store/approval.ts'
import { approvalError } from './errors.ts'
import type { GateContext } from './gate-context.ts'

/** Takes the approval for this run, or says why there is none. */
export async function approved(
  context: GateContext,
  row: ApprovalRow | undefined,
  requestId: string,
): Promise<ApprovalRow> {
  if (row?.state === 'approved' && (await context.desk.use(row, requestId))) return row
  throw refusal(context, row)
}

/** Why the call does not run. */
export function refusal(context: GateContext, row: ApprovalRow | undefined) {
  if (row === undefined) {
    return approvalError('APPROVAL_REQUIRED', 'Expected an approval, found that it expired. Call again to ask anew.')
  }
  if (row.state === 'pending') return required(context, row)
  if (row.state === 'denied') {
    const by = row.decidedByName ?? ''
    const note = row.note === undefined ? '' : ` ${row.note}`
    return approvalError('APPROVAL_DENIED', `\`${row.subject.exposed}\` was not approved by ${by}.${note}`, {
      details: { approvalId: row.id, by, ...(row.note === undefined ? {} : { note: row.note }), rule: ruleOf(row) },
    })
  }
  return approvalError(
    'APPROVAL_USED',
    'Expected an approval that was not used, found that the call has run under it. Call again to ask anew.',
    { details: { approvalId: row.id } },
  )
}

/** The call waits on in the queue; a later identical one uses the approval. */
export function required({ queueUrl }: GateContext, row: ApprovalRow) {
  const url = queueUrl(row.id)
  const { exposed } = row.subject
  return approvalError(
    'APPROVAL_REQUIRED',
    `\`${exposed}\` waits for approval. Have it approved at ${url}, then call again with the same arguments.`,
    {
      details: {
        approvalId: row.id,
        url,
        expiresAt: row.expiresAt.toISOString(),
        rule: ruleOf(row),
        reason: row.reason,
      },
    },
  )
}

function ruleOf({ terms }: ApprovalRow): string {
  return terms.sources.join(' ')
}
