import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a global left behind is not there for a neighbour',
  handler: `globalThis.left = { by: context.installation.id }; return String(globalThis.left.by === context.installation.id)`,
  gets: 'true',
})
