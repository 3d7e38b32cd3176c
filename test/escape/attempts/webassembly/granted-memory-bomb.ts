import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'memory of WebAssembly, where it is granted, is held by the cell’s cap',
  handler: `const a = []; for (;;) { const m = new WebAssembly.Memory({ initial: 160 }); new Uint8Array(m.buffer).fill(1); a.push(m) }`,
  features: { webAssembly: true, sharedArrayBuffer: false },
  limits: { cpuMsPerCall: 20_000, wallMsPerCall: 15_000 },
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CRASHED', 'SANDBOX_CPU'],
  costs: 'cell',
})
