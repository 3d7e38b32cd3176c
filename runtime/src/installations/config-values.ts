import type { ConfigField, ConfigValue, ConfigValues, PluginManifest } from '@nexus/plugin-api'
import { z } from 'zod'
import { parseTarget } from '../grants/index.ts'

/** What is wrong with one field. */
export interface ConfigIssue {
  readonly path: string
  readonly message: string
}

/** Checks what an admin wrote against the manifest's fields, and fills in defaults. Unknown fields are refused. */
export function checkConfig(
  manifest: PluginManifest,
  written: Readonly<Record<string, unknown>>,
): { readonly values: ConfigValues; readonly issues: readonly ConfigIssue[] } {
  const values: Record<string, ConfigValue> = {}
  const issues: ConfigIssue[] = []
  for (const name of Object.keys(written)) {
    if (!Object.hasOwn(manifest.config, name))
      issues.push({ path: name, message: `Expected a field that the plugin knows, found \`${name}\`.` })
  }
  for (const [name, field] of Object.entries(manifest.config)) {
    const value = Object.hasOwn(written, name) ? written[name] : defaultOf(field)
    if (isEmpty(value)) {
      if (field.required) issues.push({ path: name, message: 'Expected a value, found none.' })
      continue
    }
    const parsed = schemaOf(field).safeParse(value)
    if (parsed.success) values[name] = parsed.data
    else
      issues.push(
        ...parsed.error.issues.map((issue) => ({ path: [name, ...issue.path].join('.'), message: issue.message })),
      )
  }
  return { values, issues }
}

function defaultOf(field: ConfigField): unknown {
  return 'default' in field ? field.default : undefined
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}

const host = z
  .string()
  .trim()
  .toLowerCase()
  .max(260)
  .refine((text) => parseTarget(text) !== undefined, {
    message: 'Expected a host such as `example.com`, `example.com:8443` or `http://localhost:8080`.',
  })
const url = z.url({ protocol: /^https?$/, error: 'Expected an http or https URL.' }).max(2000)
const secretName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,79}$/, 'Expected the name of a secret.')

function schemaOf(field: ConfigField): z.ZodType<ConfigValue> {
  switch (field.type) {
    case 'string':
      return stringSchema(field)
    case 'number':
      return z
        .number()
        .min(field.minimum ?? -Infinity)
        .max(field.maximum ?? Infinity)
    case 'boolean':
      return z.boolean()
    case 'strings':
      return z.array(formatSchema(field.format)).max(field.maxItems)
    case 'secret':
      return secretName
    case 'secrets':
      return z
        .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,79}$/), secretName)
        .refine((names) => Object.keys(names).length <= field.maxItems, {
          message: `Expected at most ${field.maxItems} entries.`,
        })
    default:
      return field satisfies never
  }
}

function stringSchema(field: Extract<ConfigField, { type: 'string' }>): z.ZodType<string> {
  let schema: z.ZodType<string> = z.string().max(field.maxLength)
  if (field.format === 'url' || field.format === 'host') schema = formatSchema(field.format)
  const { enum: allowed, pattern } = field
  if (allowed !== undefined)
    schema = schema.refine((text) => allowed.includes(text), { message: `Expected one of ${allowed.join(', ')}.` })
  if (pattern !== undefined)
    schema = schema.refine((text) => new RegExp(pattern, 'u').test(text), { message: `Expected text like ${pattern}.` })
  return schema
}

function formatSchema(format: 'text' | 'url' | 'host' | 'multiline'): z.ZodType<string> {
  if (format === 'url') return url
  if (format === 'host') return host
  return z.string().max(4096)
}
