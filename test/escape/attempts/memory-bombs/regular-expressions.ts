import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'very many regular expressions run into a limit',
  handler: `const a = []; for (let i = 0; ; i++) { const r = new RegExp('(a{1,50}b' + i + '){1,20}'); r.test('ab'); a.push(r) }`,
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'PLUGIN_ERROR'],
  limits: { cpuMsPerCall: 1_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
