import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a handler for an event that the manifest does not hold stops the start',
  module: "export default { activate(c) { c.events.on('tool.called', () => 'x') } }",
  startCode: 'SANDBOX_START_FAILED',
})
