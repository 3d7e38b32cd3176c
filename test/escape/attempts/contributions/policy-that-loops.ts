import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a policy that loops denies',
  manifest: {
    kind: 'policy-pack',
    contributes: { policies: [{ name: 'guard', title: 'Guard', description: 'Guards.', stage: 'call' }] },
  },
  module: "export default { activate(c) { c.policies.handle('guard', () => { for (;;); }) } }",
  policy: 'call',
  gets: `{"effect":"deny","rule":"acme/guard#guard","reason":"A policy could not decide (POLICY_FAILED)."}`,
  costs: 'sandbox',
})
