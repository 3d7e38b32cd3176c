import type { PolicyCall, PolicyPort } from '../../policy/decide.ts'
import { RpcResult } from '../wire/rpc-result.ts'

/**
 * What the policies leave of a result. The state between rounds is not theirs to see: it is sealed, and a part that was
 * taken for a secret and redacted would end the call.
 */
export async function reviewResult(policy: PolicyPort, asked: PolicyCall, result: RpcResult): Promise<RpcResult> {
  const { requestState, ...said } = result.value()
  const left = await policy.review(asked, said)
  const goesOn = requestState !== undefined && left['resultType'] === 'input_required'
  return RpcResult.of(goesOn ? { ...left, requestState } : left)
}
