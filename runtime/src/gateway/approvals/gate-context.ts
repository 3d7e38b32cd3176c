import type { ApprovalDesk } from './approval-desk.ts'
import type { StateSeal } from './approval-state.ts'

/** What the gate stands on. */
export interface GateContext {
  readonly desk: ApprovalDesk
  readonly seal: StateSeal
  /** Where people find an approval. */
  readonly queueUrl: (id: string) => string
  readonly waits: Waits
}

/** How long calls are held open, milliseconds. */
export interface Waits {
  readonly holdMs: number
  readonly queueMs: number
  readonly queueWithProgressMs: number
  readonly progressMs: number
}
