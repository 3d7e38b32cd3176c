import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'array buffers that are written to are counted',
  handler: 'const a = []; for (;;) a.push(new Uint8Array(1 << 20).fill(1))',
  code: ['PLUGIN_ERROR', 'SANDBOX_MEMORY', 'SANDBOX_CPU'],
  costs: 'cell',
})
