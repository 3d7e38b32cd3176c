import { z } from 'zod'

/** Limits of one installation. Every breach has a code and ends the call, then the sandbox, never the host. */
export const sandboxLimitsSchema = z.strictObject({
  memoryMb: z.int().min(8).max(1024).describe('Heap of the isolate, MiB.'),
  cpuMsPerCall: z.int().min(10).describe('CPU time of one call, milliseconds.'),
  cpuMsPerMinute: z.int().min(100).describe('CPU time of all calls within a minute, milliseconds.'),
  wallMsPerCall: z.int().min(100).describe('Longest a call may take, milliseconds.'),
  startMs: z.int().min(100).describe('Longest `activate` may take, milliseconds.'),
  concurrentCalls: z.int().min(1).describe('Calls that may run at once.'),
  payloadBytes: z.int().min(1024).describe('Largest argument or result, bytes of JSON text.'),
  outstandingCapabilityCalls: z.int().min(1).describe('Capability calls that may wait at once.'),
  capabilityCallsPerCall: z.int().min(1).describe('Capability calls of one call.'),
  storageBytes: z.int().min(0).describe('Keys and values of the private storage, bytes.'),
  egressBytesPerCall: z.int().min(0).describe('Bytes received from the network within one call.'),
  egressBytesPerMinute: z.int().min(0).describe('Bytes sent to and received from the network within a minute.'),
  networkRequestsPerMinute: z.int().min(0).describe('Network requests within a minute.'),
  fileBytes: z.int().min(0).describe('Files below `$data`, bytes together.'),
  eventsPerMinute: z.int().min(0).describe('Events emitted within a minute.'),
  logBytesPerMinute: z.int().min(0).describe('Log text within a minute, bytes.'),
  clockResolutionMs: z.int().min(1).max(1000).describe('Clock values are rounded down to this, milliseconds.'),
})

/** Limits of one installation. */
export type SandboxLimits = z.infer<typeof sandboxLimitsSchema>

/** When the code of an installation is loaded, and how many copies of it may run. */
const lifecycleSchema = z.strictObject({
  start: z.enum(['eager', 'lazy']).describe('`lazy`: after a restart of the host, the first call starts the sandbox.'),
  idleStopMs: z.int().min(0).describe('A sandbox without calls for this long hibernates, milliseconds; 0 means never.'),
  instances: z.int().min(1).max(16).describe('Sandboxes of one installation that may serve calls side by side.'),
})

/** Parts of the language that a profile may give back. */
const featuresSchema = z.strictObject({
  webAssembly: z.boolean().describe('`WebAssembly`. Its memory is not counted by `memoryMb`, only by the cell.'),
  sharedArrayBuffer: z.boolean().describe('`SharedArrayBuffer` and `Atomics`. They make a fine clock possible.'),
})

/** A file of `sandbox-profiles/`. */
export const sandboxProfileSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: z.string(),
  description: z.string(),
  tier: z.enum(['isolate', 'worker', 'process']),
  limits: sandboxLimitsSchema,
  lifecycle: lifecycleSchema,
  features: featuresSchema,
})

/** Named limits and the tier they belong to; data in `sandbox-profiles/`. */
export type SandboxProfile = z.infer<typeof sandboxProfileSchema>
