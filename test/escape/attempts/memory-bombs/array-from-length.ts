import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an array made from a huge length runs into a limit',
  handler: 'return String(Array.from({ length: 5e8 }, () => ({})).length)',
  code: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'PLUGIN_ERROR'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
