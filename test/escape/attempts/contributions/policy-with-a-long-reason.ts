import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a reason without end is cut',
  manifest: {
    kind: 'policy-pack',
    contributes: { policies: [{ name: 'guard', title: 'Guard', description: 'Guards.', stage: 'result' }] },
  },
  module: `export default { activate(c) { c.policies.handle('guard', () => ({ effect: 'deny', reason: 'x'.repeat(100_000) })) } }`,
  policy: 'result',
  code: 'POLICY_DENIED',
})
