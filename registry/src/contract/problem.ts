import { z } from 'zod'

/** RFC 9457 problem document: every error of the registry looks like this. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    /** Stable upper-case code, for example `RELEASE_EXISTS`. */
    code: z.string(),
    requestId: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem' })

export type Problem = z.infer<typeof problem>
