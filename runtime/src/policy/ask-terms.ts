import type { Role } from '../identity/principal.ts'

/** Who may approve: holders of a role, or people by user id. */
export interface ApproverGroup {
  readonly roles: readonly Role[]
  readonly users: readonly string[]
}

/** On what terms a call may go on. */
export interface AskTerms {
  /** An approver must belong to every group: where two rules ask, both are satisfied or nobody approves. */
  readonly approvers: readonly ApproverGroup[]
  /** How long the request waits, and how long an approval may be used. */
  readonly expiresSeconds: number
  /** Whether callers may approve their own calls, belonging to the groups or not. */
  readonly selfApproval: boolean
  /** The rules and policies that ask, each in its present version. A change makes earlier approvals void. */
  readonly sources: readonly string[]
}

/** The strictest of several terms in each respect. */
export function mergeTerms(first: AskTerms, ...others: readonly AskTerms[]): AskTerms {
  if (others.length === 0) return first
  const all = [first, ...others]
  return {
    approvers: all.flatMap(({ approvers }) => approvers),
    expiresSeconds: Math.min(...all.map(({ expiresSeconds }) => expiresSeconds)),
    selfApproval: all.every(({ selfApproval }) => selfApproval),
    sources: all.flatMap(({ sources }) => sources),
  }
}
