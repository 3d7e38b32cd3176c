import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'waiting on shared memory, where it is granted, blocks nobody else and ends at a limit',
  handler: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return 'x'",
  features: { webAssembly: false, sharedArrayBuffer: true },
  limits: { wallMsPerCall: 1_500 },
  code: ['PLUGIN_ERROR', 'SANDBOX_TIMEOUT', 'SANDBOX_CPU'],
  costs: 'sandbox',
})
