import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an async iterator as a result is an empty object, never iterated',
  handler: `return { content: [], [Symbol.asyncIterator]() { for (;;); }, [Symbol.iterator]() { for (;;); } }`,
  gets: '{"content":[]}',
})
