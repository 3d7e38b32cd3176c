import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a handler that takes itself back while it runs still answers once',
  module: `let self; export default { activate(c) { self = c.tools.handle('attack', () => { self.dispose(); self.dispose(); return 'once' }) } }`,
  gets: 'once',
})
