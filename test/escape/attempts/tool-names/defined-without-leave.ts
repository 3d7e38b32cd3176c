import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a tool defined at run time without leave stops the start',
  module: `export default { activate(c) { c.tools.define({ name: 'x', description: 'x', inputSchema: { type: 'object' } }, () => 'x') } }`,
  startCode: 'SANDBOX_START_FAILED',
})
