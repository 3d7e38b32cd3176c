import { HIDDEN_CHARACTERS } from '@nexus/plugin-api'
import { z } from 'zod'

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !HIDDEN_CHARACTERS.test(text), 'Expected visible text.')

const userField = z.object({
  type: z.enum(['string', 'number', 'boolean', 'directory', 'file']),
  title: line(200),
  description: line(2000).optional(),
  required: z.boolean().default(false),
  sensitive: z.boolean().default(false),
  multiple: z.boolean().default(false),
  default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
})

const command = z.object({
  command: z.string().min(1).max(1000),
  args: z.array(z.string().max(4000)).max(200).default([]),
  env: z.record(z.string().max(200), z.string().max(4000)).default({}),
})

const platform = z.enum(['darwin', 'win32', 'linux'])

/** `manifest.json` of an MCPB bundle, versions 0.1 to 0.3. Members that are not named are dropped. */
export const mcpbManifest = z
  .object({
    manifest_version: z.enum(['0.1', '0.2', '0.3']).optional(),
    dxt_version: z.string().optional(),
    name: line(200).regex(/^[A-Za-z0-9._@/ -]+$/),
    display_name: line(200).optional(),
    version: line(100),
    description: line(2000),
    server: z.object({
      type: z.enum(['node', 'python', 'binary', 'uv']),
      entry_point: z.string().min(1).max(500),
      mcp_config: command.partial().extend({
        platform_overrides: z.partialRecord(platform, command.partial()).optional(),
      }),
    }),
    user_config: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,100}$/), userField).default({}),
    compatibility: z.object({ platforms: z.array(z.string().max(20)).max(10).optional() }).optional(),
  })
  .refine((manifest) => manifest.manifest_version !== undefined || manifest.dxt_version !== undefined, {
    message: 'Expected `manifest_version`.',
  })

export type McpbManifest = z.output<typeof mcpbManifest>
export type McpbField = z.output<typeof userField>
