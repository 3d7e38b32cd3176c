import type { ConfigValue, ConfigValues } from './config-field.ts'
import { createErrorFactory } from './errors.ts'

const configError = createErrorFactory({
  CONFIG_FIELD_RANGE: { fault: 'caller', status: 422, title: 'Config field out of range' },
  CONFIG_FIELD_TYPE: { fault: 'plugin', status: 500, title: 'Config field read as another type' },
})

function wrongType(field: string, expected: string, value: ConfigValue) {
  return configError(
    'CONFIG_FIELD_TYPE',
    `Expected config field \`${field}\` to hold ${expected}, found ${Array.isArray(value) ? 'a list' : typeof value}. Read it by the type that the manifest declares.`,
    { details: { field } },
  )
}

/**
 * Text of a config field of type `string` or the secret's name of a field of type `secret`, trimmed; `undefined` when
 * absent or blank. Fails with `CONFIG_FIELD_TYPE` when the field holds another type.
 */
export function configText(config: ConfigValues, field: string): string | undefined {
  const value = config[field]
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw wrongType(field, 'a text', value)
  const text = value.trim()
  return text === '' ? undefined : text
}

/**
 * Entries of a config field of type `strings`, exactly as written; empty when absent. Fails with `CONFIG_FIELD_TYPE`
 * when the field holds another type.
 */
export function configTexts(config: ConfigValues, field: string): readonly string[] {
  const value = config[field]
  if (value === undefined) return []
  if (!Array.isArray(value)) throw wrongType(field, 'a list of texts', value)
  return value.map((entry: unknown) => String(entry))
}

/** Value of a config field of type `boolean`, or `fallback` when absent. Fails with `CONFIG_FIELD_TYPE` otherwise. */
export function configFlag(config: ConfigValues, field: string, fallback: boolean): boolean {
  const value = config[field]
  if (value === undefined) return fallback
  if (typeof value !== 'boolean') throw wrongType(field, 'true or false', value)
  return value
}

/**
 * Value of a config field of type `number`; `undefined` when absent. Fails with `CONFIG_FIELD_TYPE` for another type and
 * with `CONFIG_FIELD_RANGE` for anything but a whole number of at least `least` and at most `most`.
 */
export function configInteger(config: ConfigValues, field: string, least: number, most: number): number | undefined {
  const value = config[field]
  if (value === undefined) return undefined
  if (typeof value !== 'number') throw wrongType(field, 'a number', value)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw configError(
    'CONFIG_FIELD_RANGE',
    `Expected a whole number of ${least} to ${most} in \`${field}\`, found ${value}. Write one, or clear the field.`,
    { details: { field, least, most } },
  )
}

/**
 * Names in a config field of type `secrets` (for example environment variables), in the order written; empty when
 * absent. Which secret each stands for is the host's business. Fails with `CONFIG_FIELD_TYPE` otherwise.
 */
export function configSecretNames(config: ConfigValues, field: string): readonly string[] {
  const value = config[field]
  if (value === undefined) return []
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(field, 'named secrets', value)
  return Object.keys(value)
}
