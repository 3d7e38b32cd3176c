import type { JsonObject } from '@nexus/plugin-api'
import type { AskTerms } from '../policy/ask-terms.ts'

/** One call that waits for a person, or was decided by one. */
export interface ApprovalRow {
  /** Unguessable. */
  readonly id: string
  readonly workspaceId: string
  readonly state: 'pending' | 'approved' | 'denied' | 'used'
  /** Digest of everything the approval is good for: who, which server, what, which arguments, which rules. */
  readonly binding: string
  /** The binding, as long as an identical call belongs to this row; unique. */
  readonly openKey: string | undefined
  readonly principalId: string
  /** The person behind the principal. */
  readonly userId: string | undefined
  readonly subject: ApprovalSubject
  readonly terms: AskTerms
  readonly reason: string
  readonly requestId: string
  readonly createdAt: Date
  /** Waiting and using end here; a row that was used is kept until here for further rounds of its call. */
  readonly expiresAt: Date
  readonly decidedAt: Date | undefined
  /** Principal id. */
  readonly decidedBy: string | undefined
  readonly decidedByName: string | undefined
  readonly note: string | undefined
  /** Rounds of input that the call has gone through since it ran. */
  readonly rounds: number
}

/** What people are shown of the call. */
export interface ApprovalSubject {
  readonly principalName: string
  readonly virtualServer?: string | undefined
  readonly pluginId: string
  /** Label of the upstream. */
  readonly upstream: string
  readonly kind: 'tool' | 'resource' | 'prompt'
  /** At the upstream. */
  readonly name: string
  /** As the client sees it. */
  readonly exposed: string
  readonly title?: string | undefined
  /** The plugin that made the call in the caller's name, `publisher/plugin:tool`. */
  readonly via?: string | undefined
  /** JSON text, with values that look like secrets masked. */
  readonly arguments: string
  /** The tool's own hints about its risks (MCP annotations). */
  readonly annotations: JsonObject
}

export interface ApprovalRows {
  get(id: string): Promise<ApprovalRow | undefined>
  /** The row that identical calls belong to. */
  ofKey(openKey: string): Promise<ApprovalRow | undefined>
  /** Inserts the row unless an identical call has one, and answers the one that is there. */
  open(row: ApprovalRow): Promise<ApprovalRow>
  /** What waits, oldest first. */
  pending(workspaceId: string): Promise<readonly ApprovalRow[]>
  /** What does not wait any more, the latest first, up to the limit. */
  decided(workspaceId: string, limit: number): Promise<readonly ApprovalRow[]>
  /** Writes down a decision; false when the row is not pending any more or has expired. */
  decide(id: string, decision: ApprovalDecisionRow): Promise<boolean>
  /** Takes an approval for its one run: of several callers, on several nodes, exactly one gets `true`. */
  consume(id: string, now: Date, keepUntil: Date): Promise<boolean>
  /** Takes the next round of a call that ran: true for exactly one caller a round. */
  advance(id: string, round: number): Promise<boolean>
  /** Removes what has expired and answers what this caller removed. */
  takeExpired(now: Date): Promise<readonly ApprovalRow[]>
}

export type ApprovalDecisionRow = {
  readonly state: 'approved' | 'denied'
  readonly now: Date
  readonly expiresAt: Date
  readonly decidedBy: string
  readonly decidedByName: string
  readonly note: string | undefined
}
