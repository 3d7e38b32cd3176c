import { errorCode } from '@nexus/plugin-api'
import { type CheckedDecision, readDecision } from './decision.ts'
import { policyError } from './errors.ts'
import { ANSWER_CHARACTERS, ASK_TIMEOUT_MS } from './limits.ts'
import type { PackPolicy, PolicyStage } from './packs.ts'

/** What stands for a policy in verdicts and in the audit trail. */
export function policyName({ pack, name }: PackPolicy): string {
  return `${pack.pluginId}#${name}`
}

/** Asks one policy. Whatever it does other than answer well and in time becomes `POLICY_FAILED`, which denies. */
export async function askPolicy(
  policy: PackPolicy,
  stage: PolicyStage,
  event: string,
  requestId: string,
): Promise<CheckedDecision> {
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ASK_TIMEOUT_MS} ms`)), ASK_TIMEOUT_MS)
  })
  try {
    const asked = policy.pack.ask(policy.name, event, stop.signal, requestId)
    const answer = await Promise.race([asked, late])
    if (answer.length > ANSWER_CHARACTERS) throw new Error(`an answer of ${answer.length} characters`)
    return readDecision(stage, answer)
  } catch (cause) {
    throw policyError(
      'POLICY_FAILED',
      `Expected ${policyName(policy)} to decide, found a failure. The ${stage} is denied; look at the plugin's log.`,
      { cause, details: { policy: policyName(policy), failure: errorCode(cause) ?? 'INVALID_ANSWER' } },
    )
  } finally {
    clearTimeout(timer)
    // Stops a policy that still thinks; does nothing to one that has answered.
    stop.abort()
  }
}
