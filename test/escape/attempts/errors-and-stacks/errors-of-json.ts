import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an error inside JSON.parse carries no foreign text',
  handler: `try { JSON.parse('{' + 'x'.repeat(100)) } catch (error) { return [error.constructor === SyntaxError, /file:|node:/.test(error.stack)].join() }`,
  gets: 'true,false',
})
