import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a handler for a schedule that the manifest does not hold stops the start',
  module: "export default { activate(c) { c.schedule.handle('every-second', () => 'x') } }",
  startCode: 'SANDBOX_START_FAILED',
})
