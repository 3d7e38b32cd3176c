import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a disposer that throws does not keep the sandbox',
  module: `export default { activate(c) { c.tools.handle('attack', () => new Promise(() => {})); return { dispose() { throw new Proxy({}, { get() { throw 1 } }) } } } }`,
  stopAfterMs: 40,
  code: 'SANDBOX_CLOSED',
})
