import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a stop listener that loops does not keep the sandbox',
  module: `export default { activate(c) { c.signal.addEventListener('abort', () => { for (;;); }); c.tools.handle('attack', () => new Promise(() => {})) } }`,
  stopAfterMs: 40,
  code: ['SANDBOX_CLOSED', 'SANDBOX_CPU'],
  costs: 'cell',
})
