import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a module of a megabyte of nested code starts or fails, nothing else',
  module:
    'export default { activate(c) { c.tools.handle("attack", () => ' +
    '('.repeat(5_000) +
    '1' +
    ')'.repeat(5_000) +
    ' && "up") } }',
  limits: { startMs: 10_000 },
  gets: 'up',
})
