import { z } from 'zod'
import { id } from './common.ts'

export const role = z.enum(['admin', 'workspace-admin', 'member', 'publisher', 'auditor'])

export const me = z.object({
  user: z.object({ id, email: z.string(), displayName: z.string() }),
  workspace: z.object({ id, name: z.string(), title: z.string() }),
  roles: z.array(role),
  permissions: z.array(z.string()),
  host: z.object({ version: z.string(), publicUrl: z.string(), mcpUrl: z.string(), developerMode: z.boolean() }),
})

export const setupState = z.object({ needed: z.boolean() })

export const setupRequest = z.strictObject({
  token: z.string().min(1).max(200),
  email: z.email().max(254),
  displayName: z.string().trim().min(1).max(80),
  password: z.string().min(1).max(1024),
})

export const signInRequest = z.strictObject({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(1024),
})
