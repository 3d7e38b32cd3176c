import type { JsonObject, JsonValue, PluginManifest } from '@nexus/plugin-api'
import { cliError } from './errors.ts'

/** Settings as `--config name=value` says them, by the types of the manifest's fields. */
export function parseDevConfig({ config }: PluginManifest, written: readonly string[]): JsonObject {
  const values: Record<string, JsonValue> = {}
  for (const text of written) {
    const at = text.indexOf('=')
    const name = text.slice(0, at)
    const field = config[name]
    if (at < 1 || field === undefined) {
      const known = Object.keys(config).join(', ') || 'none'
      throw cliError(
        'CLI_USAGE',
        `Expected --config name=value for a field of the plugin (${known}), found ${JSON.stringify(text)}.`,
      )
    }
    const value = text.slice(at + 1)
    const before = values[name]
    if (field.type === 'strings') values[name] = [...(Array.isArray(before) ? before : []), value]
    else if (field.type === 'boolean') values[name] = value === 'true'
    else if (field.type === 'number') values[name] = Number(value)
    else if (field.type === 'string') values[name] = value
    else
      throw cliError('CLI_USAGE', `Expected the secret ${name} in ${variableOf(name)}, found it on the command line.`)
  }
  return values
}

/** Secrets of the environment: `NEXUS_SECRET_API_KEY` for the field `apiKey`. */
export function secretsOf(
  { config }: PluginManifest,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const fields = Object.entries(config).filter(([, { type }]) => type === 'secret')
  return Object.fromEntries(
    fields.flatMap(([name]) => {
      const value = environment[variableOf(name)]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

function variableOf(field: string): string {
  return `NEXUS_SECRET_${field.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`
}
