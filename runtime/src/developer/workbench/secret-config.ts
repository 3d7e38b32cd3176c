import type { JsonObject, PluginManifest } from '@nexus/plugin-api'

/** What secret fields of the configuration say when these secrets are there: their names, never their values. */
export function secretConfig({ config }: PluginManifest, names: readonly string[]): JsonObject {
  const written: Record<string, JsonObject | string> = {}
  for (const [field, { type }] of Object.entries(config)) {
    if (type === 'secret' && names.includes(field)) written[field] = field
    if (type !== 'secrets') continue
    const own = names.filter((name) => name.startsWith(`${field}.`))
    if (own.length > 0) written[field] = Object.fromEntries(own.map((name) => [name.slice(field.length + 1), name]))
  }
  return written
}
