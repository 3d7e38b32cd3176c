import type { ChainLink, PolicyRefusal } from '../../contract/index.ts'
import { installError } from '../errors.ts'

/** The policy's word as a link of the chain. */
export function policyLink(refusals: readonly PolicyRefusal[]): ChainLink {
  const isAllowed = refusals.length === 0
  return {
    layer: 'policy',
    state: isAllowed ? 'verified' : 'failed',
    by: 'trust-policy.json',
    detail: isAllowed ? 'The policy of this host allows it.' : refusals.map(({ message }) => message).join(' '),
  }
}

/** Refuses what the policy refuses, with every reason at once. */
export function requireAllowed(release: string, refusals: readonly PolicyRefusal[]): void {
  const [first] = refusals
  if (first === undefined) return
  throw installError(
    'TRUST_POLICY_REFUSED',
    `Expected ${release} to be allowed by the policy of this host, found: ${refusals.map(({ message }) => message).join(' ')}`,
    { details: { layer: 'policy', expected: first.expected, found: first.found, refusals } },
  )
}
