import { z } from 'zod'
import { id, isoDate } from './common.ts'

export const prefixMode = z.enum(['always', 'conditional', 'never'])

export const virtualTool = z.strictObject({
  upstream: z.string().min(1).max(64),
  tool: z.string().min(1).max(200),
  as: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/)
    .optional(),
  description: z.string().max(2000).optional(),
})

export const virtualServerRequest = z.strictObject({
  name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/),
  title: z.string().trim().min(1).max(80),
  description: z.string().max(400).default(''),
  prefixMode: prefixMode.default('conditional'),
  tools: z.array(virtualTool).max(2000),
})

export const virtualServerChange = virtualServerRequest.omit({ name: true }).partial()

export const virtualServerView = z.object({
  id,
  name: z.string(),
  title: z.string(),
  description: z.string(),
  prefixMode,
  tools: z.array(virtualTool),
  url: z.string(),
  /** Names as a client sees them, with the tool each stands for. */
  effective: z.array(z.object({ exposed: z.string(), upstream: z.string(), tool: z.string() })),
  /** What does not work, for example a tool that is gone or two tools of one name. */
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
  createdAt: isoDate,
})
