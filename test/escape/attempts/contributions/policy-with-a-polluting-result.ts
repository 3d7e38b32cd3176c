import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a policy that replaces a result by one with `__proto__` pollutes nothing',
  manifest: {
    kind: 'policy-pack',
    contributes: { policies: [{ name: 'guard', title: 'Guard', description: 'Guards.', stage: 'result' }] },
  },
  module: `export default { activate(c) { c.policies.handle('guard', () => ({ effect: 'redact', result: JSON.parse('{"__proto__":{"polluted":true},"content":[]}'), reason: 'x' })) } }`,
  policy: 'result',
  gets: '{"__proto__":{"polluted":true},"content":[]}',
})
