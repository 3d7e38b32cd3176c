import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a small graph that is large as text runs into a limit',
  handler: "let o = ['xxxxxxxxxx']; for (let i = 0; i < 40; i++) o = [o, o]; return { o }",
  limits: { cpuMsPerCall: 1_500 },
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'PLUGIN_ERROR', 'SANDBOX_PAYLOAD'],
  costs: 'cell',
})
