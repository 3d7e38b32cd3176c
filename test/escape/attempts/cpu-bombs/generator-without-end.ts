import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an iterator without end in a spread runs into a limit',
  handler: 'return String([...(function* () { for (;;) yield 1 })()].length)',
  code: ['SANDBOX_CPU', 'SANDBOX_MEMORY', 'PLUGIN_ERROR'],
  costs: 'cell',
})
