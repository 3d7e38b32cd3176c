import { z } from 'zod'
import { localizedText } from './text.ts'

const common = {
  title: localizedText(80),
  description: localizedText(400).optional(),
  required: z.boolean().default(false),
}

/** One field of an installation's configuration, as the install dialog asks for it. */
export const configFieldSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    ...common,
    format: z.enum(['text', 'multiline', 'url', 'host']).default('text'),
    enum: z.array(z.string().max(200)).min(1).max(64).optional(),
    labels: z
      .record(z.string().max(200), localizedText(80))
      .optional()
      .describe('What people read in place of a value of `enum`; the value itself where there is none.'),
    pattern: z.string().max(200).optional(),
    maxLength: z.int().min(1).max(1_048_576).default(4096),
    default: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('number'),
    ...common,
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    default: z.number().optional(),
  }),
  z.strictObject({ type: z.literal('boolean'), ...common, default: z.boolean().optional() }),
  z.strictObject({
    type: z.literal('strings'),
    ...common,
    format: z.enum(['text', 'url', 'host']).default('text'),
    maxItems: z.int().min(1).max(256).default(64),
    default: z.array(z.string()).optional(),
  }),
  /** The value is the name of a secret of the workspace; the secret itself never passes through configuration. */
  z.strictObject({ type: z.literal('secret'), ...common }),
  /** Several named secrets, for example environment variables: variable name to secret name. */
  z.strictObject({ type: z.literal('secrets'), ...common, maxItems: z.int().min(1).max(64).default(32) }),
])

/** One field of an installation's configuration. */
export type ConfigField = z.infer<typeof configFieldSchema>

/** All fields of a plugin's configuration, by name. */
export const configSchema = z.record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/), configFieldSchema)

/** What an admin wrote into one field. A `secret` is the secret's name; `secrets` maps a name to a secret's name. */
export type ConfigValue = string | number | boolean | readonly string[] | { readonly [name: string]: string }

/** An installation's configuration, by field name. */
export type ConfigValues = Readonly<Record<string, ConfigValue>>
