import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a cyclic result is only an error',
  handler: 'const o = {}; o.o = o; return o',
  limits: { cpuMsPerCall: 2_000 },
  code: 'PLUGIN_ERROR',
})
