import type { Principal } from '../../identity/principal.ts'
import type { ApprovalRow } from '../../store/approval.ts'

/** Whether the call is this person's own, made with whichever of their tokens. */
export function isOwn(row: ApprovalRow, principal: Principal): boolean {
  return principal.id === row.principalId || (row.userId !== undefined && principal.userId === row.userId)
}

/** Callers decide about their own calls only where the rules say so, whatever groups they belong to. */
export function mayDecide(row: ApprovalRow, principal: Principal): boolean {
  if (isOwn(row, principal)) return row.terms.selfApproval
  const { approvers } = row.terms
  return approvers.length > 0 && approvers.every((group) => belongs(group, principal))
}

/** Who sees it. */
export function concerns(row: ApprovalRow, principal: Principal): boolean {
  return mayDecide(row, principal) || isOwn(row, principal)
}

function belongs({ roles, users }: ApprovalRow['terms']['approvers'][number], principal: Principal): boolean {
  if (principal.userId !== undefined && users.includes(principal.userId)) return true
  return principal.roles.some((role) => roles.includes(role))
}
