import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'two handlers for one tool stop the start',
  module: `export default { activate(c) { c.tools.handle('attack', () => 'a'); c.tools.handle('attack', () => 'b') } }`,
  startCode: 'SANDBOX_START_FAILED',
})
