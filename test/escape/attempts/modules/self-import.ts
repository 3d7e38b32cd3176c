import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module that imports itself or the prelude does not start',
  module: `import * as self from 'nexus:guest'; export default { activate(c) { self.enter(1, 1, '', '') } }`,
  startCode: 'SANDBOX_START_FAILED',
})
