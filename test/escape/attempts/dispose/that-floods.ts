import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a disposer that logs and stores without end does not keep the sandbox',
  module: `export default { activate(c) { c.tools.handle('attack', () => new Promise(() => {})); return { dispose() { for (let i = 0; i < 500; i++) { c.log.info('bye'); c.storage.set('k' + i, i).catch(() => 0) } } } } }`,
  stopAfterMs: 40,
  code: 'SANDBOX_CLOSED',
})
