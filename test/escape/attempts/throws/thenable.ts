import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'throwing a thenable is only an error',
  handler: "throw { then(resolve) { resolve('got in') } }",
  code: 'PLUGIN_ERROR',
})
