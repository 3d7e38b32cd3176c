import { z } from 'zod'

/** RFC 9457 problem document; every error of the API looks like this. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  /** Field path to what is wrong with it, for 422. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
