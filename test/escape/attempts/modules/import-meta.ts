import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'import.meta tells nothing about the machine',
  module: `const meta = import.meta; export default { activate(c) { c.tools.handle('attack', () => JSON.stringify(Object.getOwnPropertyNames(meta))) } }`,
  gets: '[]',
})
