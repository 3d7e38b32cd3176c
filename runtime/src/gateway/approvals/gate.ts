import type { JsonObject } from '@nexus/plugin-api'
import type { ApprovalRow } from '../../store/approval.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import { type ApprovalState, openState, paramsWithout, sealState } from './approval-state.ts'
import { bindingOf, callDigest } from './binding.ts'
import { approvalError } from './errors.ts'
import type { GateContext } from './gate-context.ts'
import { type AskVerdict, type Guarded, makeRow } from './make-row.ts'
import { waitModern } from './wait-modern.ts'
import { waitInQueue } from './wait-in-queue.ts'

/** How a call that passed goes on. */
export interface Passage {
  /** The parameters without what was the gate's. */
  readonly params: JsonObject
  /** The approval it runs under; `undefined` when policy does not ask any more. */
  readonly approval: string | undefined
  /** Ties further rounds of input to the approval. */
  conclude(result: RpcResult): RpcResult
}

/**
 * Lets a call that policy asks about pass once it is approved. Answers with the result for the client when that has to
 * come again; fails when the call was denied, or nobody decided while it could wait.
 */
export async function passGate(
  context: GateContext,
  guarded: Guarded,
  verdict: AskVerdict | { readonly effect: 'allow' },
): Promise<Passage | RpcResult> {
  const called = callDigest(guarded.call, guarded.asked, guarded.upstream.id)
  const state = openState(context.seal, called, guarded.call.params)
  if (verdict.effect === 'allow') {
    const inner = state?.phase === 'running' ? state.inner : undefined
    return { params: paramsWithout(guarded.call.params, inner), approval: undefined, conclude: (result) => result }
  }
  const binding = bindingOf(called, verdict.terms)
  const known = await rowOf(context.desk, state, binding)
  if (state?.phase === 'running' && known !== undefined) {
    if (!(await context.desk.advance(known.id, state.round))) throw used()
    return passage(context, guarded, called, known.id, state.round + 1, state.inner)
  }
  if (known?.state === 'used') throw used()
  const fresh = () => makeRow(guarded, verdict, binding, context.desk.now())
  const first = known ?? (await context.desk.open(fresh()))
  const holds = state?.phase === 'waiting' && known !== undefined ? state.holds : undefined
  const waited = await waitModern(context, guarded, called, first, holds)
  if (waited instanceof RpcResult) return waited
  const row = waited ?? (await waitInQueue(context, guarded, first, fresh))
  return passage(context, guarded, called, row.id, 0, undefined)
}

/** The approval that a state names, when it is still the one of this call under these rules. */
async function rowOf(
  desk: ApprovalDesk,
  state: ApprovalState | undefined,
  binding: string,
): Promise<ApprovalRow | undefined> {
  const row = state === undefined ? undefined : await desk.find(state.id)
  return row?.binding === binding ? row : undefined
}

function passage(
  { seal }: GateContext,
  { call }: Guarded,
  called: string,
  id: string,
  round: number,
  inner: string | undefined,
): Passage {
  return {
    params: paramsWithout(call.params, inner),
    approval: id,
    conclude(result) {
      if (result.get('resultType') !== 'input_required') return result
      const given = result.get('requestState')
      const state: ApprovalState = { phase: 'running', id, round, inner: typeof given === 'string' ? given : undefined }
      return RpcResult.of({ ...result.value(), requestState: sealState(seal, called, state) })
    },
  }
}

function used() {
  return approvalError(
    'APPROVAL_USED',
    'Expected an approval that was not used, found that the call has run under it. An approved call runs once.',
  )
}
