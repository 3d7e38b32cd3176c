import { z } from 'zod'
import { id, isoDate } from './common.ts'

export const workspaceRequest = z.strictObject({
  name: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/),
  title: z.string().trim().min(1).max(80),
})

export const workspaceView = z.object({ id, name: z.string(), title: z.string(), createdAt: isoDate })

export const workspaceRootChange = z.strictObject({
  path: z.string().min(1).max(1000).describe('Absolute path of a folder on the host.'),
  access: z.enum(['read', 'read-write']).default('read'),
})

export const workspaceRootView = z.object({
  name: z.string().describe('Plugins see the folder as `$workspace/<name>`.'),
  path: z.string(),
  access: z.enum(['read', 'read-write']),
  createdAt: isoDate,
})
