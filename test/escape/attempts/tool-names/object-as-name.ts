import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a name that changes between check and use is no name',
  module: `let turn = 0; export default { activate(c) { c.tools.handle({ toString() { turn += 1; return turn === 1 ? 'attack' : 'shadow' } }, () => 'x') } }`,
  startCode: 'SANDBOX_START_FAILED',
})
