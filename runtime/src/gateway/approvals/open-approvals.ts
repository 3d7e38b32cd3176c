import type { AuditTrail } from '../../audit/audit.ts'
import type { Store } from '../../store/store.ts'
import type { StateKeys } from '../bridge/state-keys.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import { ApprovalDesk } from './approval-desk.ts'
import { type Passage, passGate } from './gate.ts'
import type { GateContext, Waits } from './gate-context.ts'
import { HOLD_MS, PROGRESS_MS, WAIT_MS, WAIT_WITH_PROGRESS_MS } from './limits.ts'
import type { AskVerdict, Guarded } from './make-row.ts'
import { createStateSeal } from './state-seal.ts'

export interface ApprovalsOptions {
  readonly rows: Store['approvals']
  readonly audit: Pick<AuditTrail, 'record'>
  /** Seal what modern clients carry; the same on every node. */
  readonly keys: Pick<StateKeys, 'current' | 'find'>
  /** Origin under which people reach this host. */
  readonly publicUrl: () => string
  readonly clock?: (() => Date) | undefined
  /** How long calls are held open; by default what clients have patience for. */
  readonly waits?: Partial<Waits> | undefined
}

/** What calls meet of this room. */
export interface Approvals extends Disposable {
  readonly desk: ApprovalDesk
  /** Answers with a way on, or with the result for a client that has to come again. */
  gate(guarded: Guarded, verdict: AskVerdict | { readonly effect: 'allow' }): Promise<Passage | RpcResult>
}

const PATIENCE: Waits = {
  holdMs: HOLD_MS,
  queueMs: WAIT_MS,
  queueWithProgressMs: WAIT_WITH_PROGRESS_MS,
  progressMs: PROGRESS_MS,
}

/** Opens the room where calls wait for people. */
export function openApprovals({ rows, audit, keys, publicUrl, clock, waits }: ApprovalsOptions): Approvals {
  const desk = new ApprovalDesk({ rows, audit, clock })
  const context: GateContext = {
    desk,
    seal: createStateSeal(keys),
    queueUrl: (id) => `${publicUrl()}/approvals/${id}`,
    waits: { ...PATIENCE, ...waits },
  }
  return {
    desk,
    gate: (guarded, verdict) => passGate(context, guarded, verdict),
    [Symbol.dispose]: () => desk[Symbol.dispose](),
  }
}
