import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a loop in WebAssembly, where it is granted, runs into the CPU limit',
  handler: `const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 108, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11]); new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.l(); return 'x'`,
  features: { webAssembly: true, sharedArrayBuffer: false },
  code: 'SANDBOX_CPU',
  limit: 'cpuMsPerCall',
  costs: 'sandbox',
})
