import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a policy that replaces a result by megabytes denies it',
  manifest: {
    kind: 'policy-pack',
    contributes: { policies: [{ name: 'guard', title: 'Guard', description: 'Guards.', stage: 'result' }] },
  },
  module: `export default { activate(c) { c.policies.handle('guard', () => ({ effect: 'redact', result: { x: 'y'.repeat(600_000) }, reason: 'x' })) } }`,
  policy: 'result',
  code: 'POLICY_FAILED',
})
