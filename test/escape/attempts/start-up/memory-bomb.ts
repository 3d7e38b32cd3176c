import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a memory bomb at start does not start',
  module: "const a = []; for (;;) a.push('x'.repeat(1000) + a.length); export default {}",
  startCode: ['SANDBOX_MEMORY', 'SANDBOX_CPU', 'SANDBOX_CRASHED'],
  costs: 'cell',
})
