import { z } from 'zod'
import { isoDate } from './common.ts'
import { pluginState } from './installations.ts'

/** Where plugin code runs and how much of everything it may use; data of `sandbox-profiles/`. */
export const sandboxProfileView = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  tier: z.enum(['isolate', 'worker', 'process']),
  memoryMb: z.int(),
  cpuMsPerCall: z.int(),
  wallMsPerCall: z.int(),
  /** Copies of the code that may serve calls side by side; in the worker tier its threads. */
  instances: z.int(),
})

export const diagnosis = z.object({
  name: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  found: z.string(),
  /** What to do; empty when nothing. */
  mend: z.string(),
})

/** Who is believed, as data: the host's pinned keys. */
export const trustView = z.object({
  registryUrl: z.string(),
  registryKeys: z.array(z.object({ keyId: z.string(), publicKey: z.string() })),
  publishers: z.array(
    z.object({
      id: z.string(),
      keys: z.array(z.object({ keyId: z.string(), publicKey: z.string() })),
      /** Identities that sign without a key of their own. */
      identities: z.array(z.object({ issuer: z.string(), subject: z.string() })).optional(),
      pinnedAt: isoDate,
      /** Its code may run in worker threads, which are not a security boundary. */
      workers: z.boolean(),
    }),
  ),
})

export const trustChange = z.strictObject({ workers: z.boolean() })

/** The bootable state of the host: how long each plugin took to start. */
export const bootEntry = z.object({
  pluginId: z.string(),
  installationId: z.string(),
  state: pluginState,
  milliseconds: z.number(),
})
