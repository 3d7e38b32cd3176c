import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'tables of WebAssembly, where it is granted, are held by a limit',
  handler: `const a = []; for (;;) a.push(new WebAssembly.Table({ initial: 1e6, element: 'externref' }))`,
  features: { webAssembly: true, sharedArrayBuffer: false },
  limits: { cpuMsPerCall: 20_000, wallMsPerCall: 15_000 },
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CRASHED', 'SANDBOX_CPU'],
  costs: 'cell',
})
