import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an endless chain of causes ends as one short message',
  handler: `
    let error = new Error('end')
    for (let i = 0; i < 10000; i++) error = new Error('more', { cause: error })
    throw error
  `,
  code: 'PLUGIN_ERROR',
})
