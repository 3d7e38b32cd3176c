import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a thenable that settles twice answers once',
  handler: `return { then(resolve, reject) { resolve('first'); resolve('second'); reject(new Error('third')) } }`,
  gets: 'first',
})
