import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a disposer that loops does not keep the sandbox',
  module: `export default { activate(c) { c.tools.handle('attack', () => new Promise(() => {})); return { dispose() { for (;;); } } } }`,
  stopAfterMs: 40,
  code: ['SANDBOX_CLOSED', 'SANDBOX_CPU'],
  costs: 'cell',
})
