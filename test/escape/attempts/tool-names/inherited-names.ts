import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'names of inherited members are no tools',
  module: `export default { activate(c) { const out = []; for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) { try { c.tools.handle(name, () => 'x'); out.push(name) } catch {} } c.tools.handle('attack', () => out.join()) } }`,
  gets: '',
})
