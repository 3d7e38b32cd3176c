import type { JsonObject } from '@nexus/plugin-api'
import { errorCode } from '@nexus/plugin-api'
import type { ApprovalRow } from '../../store/approval.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { askModeOf, noteOf, questionOf, responseOf, verdictOf } from './ask-client.ts'
import { INPUT_KEY, sealState } from './approval-state.ts'
import type { GateContext } from './gate-context.ts'
import { MAX_HOLDS } from './limits.ts'
import type { Guarded } from './make-row.ts'
import { approved, required } from './outcome.ts'

/**
 * A modern client that can ask its person waits by coming again. `holds` is how often it did; `undefined` when it comes
 * for the first time. Answers `undefined` for a client that has to wait in another way.
 */
export async function waitModern(
  context: GateContext,
  guarded: Guarded,
  called: string,
  row: ApprovalRow,
  holds: number | undefined,
): Promise<ApprovalRow | RpcResult | undefined> {
  const { call } = guarded
  if (call.era !== 'modern') return undefined
  if (row.state !== 'pending') return approved(context, row, call.requestId)
  const mode = askModeOf(call, row)
  if (mode === 'none') return undefined
  const url = context.queueUrl(row.id)
  const again = (count: number, question: JsonObject | undefined): RpcResult =>
    RpcResult.of({
      resultType: 'input_required',
      ...(question === undefined ? {} : { inputRequests: { [INPUT_KEY]: question } }),
      requestState: sealState(context.seal, called, { phase: 'waiting', id: row.id, holds: count }),
    })
  const { method, params = {} } = questionOf(mode, row, url)
  const question: JsonObject = { method, params }
  if (holds === undefined) return again(0, question)
  if (holds >= MAX_HOLDS) throw required(context, row)
  const response = responseOf(call.params)
  if (mode === 'form' && response === undefined) return again(holds + 1, question)
  if (mode === 'form' && response !== undefined) {
    return approved(context, await decideOwn(context, guarded, row, response), call.requestId)
  }
  // Whoever declines to look at the queue does not want to wait; the call stays in it.
  if (response !== undefined && response['action'] !== 'accept') throw required(context, row)
  const settled = await context.desk.settled(row.id, context.waits.holdMs, call.signal)
  if (settled?.state === 'pending') return again(holds + 1, undefined)
  return approved(context, settled, call.requestId)
}

/** The caller's own decision, given in a form. Somebody else may have been first. */
export async function decideOwn(
  context: GateContext,
  { call }: Guarded,
  row: ApprovalRow,
  response: JsonObject,
): Promise<ApprovalRow | undefined> {
  const verdict = verdictOf(response)
  if (verdict === 'later') throw required(context, row)
  try {
    const decision = { verdict, note: noteOf(response) }
    return await context.desk.decide(call.principal, row.id, decision, call.requestId)
  } catch (error) {
    if (errorCode(error) !== 'APPROVAL_DECIDED') throw error
    return context.desk.find(row.id)
  }
}
