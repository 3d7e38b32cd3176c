import { z } from 'zod'
import { identityError } from './errors.ts'
import { PERMISSIONS, ROLES } from './principal.ts'

const email = z.string().trim().toLowerCase().pipe(z.email().max(254))
const displayName = z.string().trim().min(1).max(80)
const password = z.string().min(1).max(1024)
const role = z.enum(ROLES)

export const setupInput = z.strictObject({ token: z.string().max(200), email, displayName, password })
export const signInInput = z.strictObject({
  email: z.string().min(1).max(254),
  password,
  remoteAddress: z.string().max(100),
  previousSession: z.string().max(200).optional(),
})
export const userInput = z.strictObject({ email, displayName, password, role })
export const userChangeInput = z.strictObject({ disabled: z.boolean().optional(), role: role.optional() })
export const passwordChangeInput = z.strictObject({ currentPassword: password, newPassword: password })
export const tokenInput = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length),
  expiresInDays: z.int().min(1).max(3650).nullable(),
  virtualServer: z.string().min(1).max(40).optional(),
})
export const workspaceInput = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.string().trim().min(1).max(80),
})

/** Reads input of a stranger. The error names the fields and never repeats what was in them. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'input'))]
  throw identityError('IDENTITY_INVALID_INPUT', `Expected valid input, found mistakes in: ${fields.join(', ')}.`, {
    details: { issues: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })) },
  })
}
