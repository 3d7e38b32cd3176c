import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a weak map with living keys runs into the memory limit',
  handler: `const keys = []; const m = new WeakMap(); for (;;) { const k = {}; keys.push(k); m.set(k, { k }) }`,
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CPU'],
  limits: { cpuMsPerCall: 5_000, wallMsPerCall: 15_000 },
  costs: 'cell',
})
