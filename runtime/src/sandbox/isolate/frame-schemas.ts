import { z } from 'zod'
import { sandboxErrors } from '../errors.ts'
import { sandboxLimitsSchema } from '../profile.ts'
import { LOG_SEVERITIES } from '../sandbox.ts'

// Everything a cell sends is attacker-controlled: these are the only shapes the host looks into.

const count = z.number().min(0)
const names = z.array(z.string().max(200)).max(2000)

export const registrationsSchema = z.object({
  tools: names,
  resources: names,
  prompts: names,
  policies: names,
  events: names,
  schedules: names,
  completions: names,
})

export const guestErrorSchema = z.object({
  message: z.string().max(2000),
  stack: z.string().max(8000).optional(),
  code: z.string().max(64).optional(),
})

export const progressSchema = z.object({
  progress: z.number(),
  total: z.number().optional(),
  message: z.string().max(2000).optional(),
})

export const messageSchema = z.object({
  level: z.enum(LOG_SEVERITIES),
  data: z.json(),
  logger: z.string().max(200).optional(),
})

export const closedHeadSchema = z.strictObject({
  code: z.custom<keyof typeof sandboxErrors>((code) => typeof code === 'string' && Object.hasOwn(sandboxErrors, code)),
  message: z.string().max(2000),
  limit: sandboxLimitsSchema.keyof().optional(),
  value: z.number().optional(),
})

export const pongSchema = z.strictObject({
  rssBytes: count,
  sandboxes: z
    .array(z.strictObject({ sandbox: count, cpuMicroseconds: count, heapBytes: count, runningMs: count }))
    .max(1000),
})

/** Text of a cell as a checked value, or `undefined` when it is anything else. */
export function readText<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Not JSON: the same as JSON of a wrong shape.
    return undefined
  }
  const parsed = schema.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
