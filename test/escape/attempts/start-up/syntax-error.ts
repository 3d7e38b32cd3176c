import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module that is no module does not start',
  module: 'export default { activate( {{{',
  startCode: 'SANDBOX_START_FAILED',
})
