import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a handler for a tool that the manifest does not hold stops the start',
  module: "export default { activate(c) { c.tools.handle('shadow', () => 'x') } }",
  startCode: 'SANDBOX_START_FAILED',
})
