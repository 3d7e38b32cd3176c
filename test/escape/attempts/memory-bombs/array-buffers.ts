import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'array buffers are counted',
  handler: 'const a = []; for (;;) a.push(new ArrayBuffer(1 << 20))',
  code: ['PLUGIN_ERROR', 'SANDBOX_MEMORY', 'SANDBOX_CPU'],
  costs: 'cell',
})
