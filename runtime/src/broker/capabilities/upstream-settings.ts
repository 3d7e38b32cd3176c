import { z } from 'zod'
import { urlText } from './argument-schemas.ts'

/** Equal servers behind one upstream. */
export const MAX_REPLICAS = 16

/** One for all users, or one for each. */
export const sharing = z.enum(['shared', 'perUser'])

/** Addresses beside the first. */
export const replicaUrls = z.array(urlText).max(MAX_REPLICAS - 1)

/** The ranges of `UpstreamLimits`: what a plugin asks for is checked here, whatever its own code checked. */
export const limitsSchema = z.strictObject({
  maxConcurrent: z.int().min(1).max(10_000).exactOptional(),
  maxQueued: z.int().min(0).max(100_000).exactOptional(),
  queueMs: z.int().min(1).max(300_000).exactOptional(),
  callMs: z.int().min(10).max(300_000).exactOptional(),
  breakerFaults: z.int().min(1).max(1_000).exactOptional(),
  breakerWindowMs: z.int().min(100).max(600_000).exactOptional(),
  breakerOpenMs: z.int().min(100).max(30_000).exactOptional(),
  retries: z.int().min(0).max(5).exactOptional(),
  retryTools: z.boolean().exactOptional(),
  probeMs: z
    .int()
    .max(3_600_000)
    .refine((ms) => ms === 0 || ms >= 100, 'expected 0 or at least 100')
    .exactOptional(),
  maxUsers: z.int().min(1).max(10_000).exactOptional(),
  userIdleMs: z.int().min(1_000).max(86_400_000).exactOptional(),
})
