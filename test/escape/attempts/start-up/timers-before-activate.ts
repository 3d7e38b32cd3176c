import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'timers set before activate cost nobody anything',
  module: `for (let i = 0; i < 60; i++) setTimeout(() => { throw new Error('early') }, 0); export default { activate(c) { c.tools.handle('attack', () => 'up') } }`,
  gets: 'up',
})
