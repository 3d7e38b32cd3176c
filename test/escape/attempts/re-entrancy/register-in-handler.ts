import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a handler cannot be replaced while it is there',
  module: `export default { activate(c) { c.tools.handle('attack', () => { try { c.tools.handle('attack', () => 'replaced'); return 'twice' } catch (error) { return error.code } }) } }`,
  gets: 'HANDLER_EXISTS',
})
