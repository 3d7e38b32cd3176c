import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a flood of capability calls in activate is refused',
  module: `export default { async activate(c) { await Promise.all(Array.from({ length: 500 }, () => c.storage.get('k'))); c.tools.handle('attack', () => 'up') } }`,
  startCode: 'SANDBOX_START_FAILED',
})
