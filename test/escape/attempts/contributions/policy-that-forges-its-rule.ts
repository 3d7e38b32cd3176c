import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a policy cannot say that it is another rule',
  manifest: {
    kind: 'policy-pack',
    contributes: { policies: [{ name: 'guard', title: 'Guard', description: 'Guards.', stage: 'call' }] },
  },
  module: `export default { activate(c) { c.policies.handle('guard', () => ({ effect: 'deny', reason: 'x', rule: 'audit-unavailable' })) } }`,
  policy: 'call',
  gets: `{"effect":"deny","rule":"acme/guard#guard","reason":"A policy could not decide (POLICY_FAILED)."}`,
})
