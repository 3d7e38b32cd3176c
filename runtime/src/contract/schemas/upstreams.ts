import { z } from 'zod'
import { isoDate } from './common.ts'
import { toolView } from './plugin.ts'
import { upstreamPoolView } from './upstream-pool.ts'

/** What stands between a process and the machine. */
export const containmentView = z.object({
  level: z.enum(['none', 'limits', 'contained']),
  /** Layers in force, for example `bubblewrap`, `seccomp`, `egress-proxy`. */
  layers: z.array(z.string()),
  /** Why a layer is missing and how to get it, one sentence each. */
  missing: z.array(z.string()),
})

export const upstreamView = z.object({
  id: z.string(),
  label: z.string(),
  kind: z.enum(['isolate', 'worker', 'process', 'remote']),
  state: z.enum(['idle', 'connecting', 'ready', 'failed']),
  lastError: z.object({ code: z.string(), message: z.string(), at: isoDate }).optional(),
  /** Only while a process runs for it. */
  process: z
    .object({
      containment: containmentView,
      /** The process and everything it started. */
      usage: z.object({ processes: z.int(), residentBytes: z.int(), cpuMs: z.int() }).optional(),
    })
    .optional(),
  /** The replicas behind it; absent for what runs inside the host. */
  pool: upstreamPoolView.optional(),
  tools: z.array(toolView),
  resources: z.int(),
  prompts: z.int(),
})
