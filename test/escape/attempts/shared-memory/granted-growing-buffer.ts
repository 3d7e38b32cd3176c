import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a growing shared buffer, where it is granted, is held by the cell’s cap',
  handler: `const a = []; for (;;) { const b = new SharedArrayBuffer(8, { maxByteLength: 64 << 20 }); if (typeof b.grow === 'function') b.grow(64 << 20); new Uint8Array(b).fill(1); a.push(b) }`,
  features: { webAssembly: false, sharedArrayBuffer: true },
  limits: { cpuMsPerCall: 20_000, wallMsPerCall: 15_000 },
  code: ['SANDBOX_MEMORY', 'PLUGIN_ERROR', 'SANDBOX_CRASHED', 'SANDBOX_CPU'],
  costs: 'cell',
})
