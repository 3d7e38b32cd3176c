import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the progress function of a call that is over reports nothing for a later one',
  module: `let kept; export default { activate(c) { c.tools.handle('attack', (args, call) => { kept?.(99, 100, 'forged'); kept ??= call.progress; return 'done' }) } }`,
  calls: 2,
  gets: 'done',
})
