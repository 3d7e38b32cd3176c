import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a typed array from an iterator without end runs into a limit',
  handler: 'return String(new Uint8Array((function* () { for (;;) yield 1 })()).length)',
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'PLUGIN_ERROR'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
