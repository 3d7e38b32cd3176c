import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a disposer that waits for ever does not keep the sandbox',
  module: `export default { activate(c) { c.tools.handle('attack', () => new Promise(() => {})); return { async dispose() { await new Promise(() => {}) } } } }`,
  stopAfterMs: 40,
  code: 'SANDBOX_CLOSED',
})
