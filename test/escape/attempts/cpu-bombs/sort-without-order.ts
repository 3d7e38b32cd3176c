import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a sort of two billion places runs into the CPU limit',
  handler: "const a = []; a.length = 2 ** 31; a[0] = 1; a.sort(() => 1); return 'x'",
  code: ['SANDBOX_CPU', 'SANDBOX_MEMORY', 'PLUGIN_ERROR'],
  costs: 'cell',
})
