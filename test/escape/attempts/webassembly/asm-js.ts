import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'asm.js is ordinary code under the ordinary limits',
  module: `function Asm() { 'use asm'; function loop() { while (1) {} } return { loop: loop } } export default { activate(c) { c.tools.handle('attack', () => { Asm().loop(); return 'x' }) } }`,
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
