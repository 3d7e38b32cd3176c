import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { REDACTED, isSecretName, isSecretValue } from '../../audit/secret-looking.ts'

/** The arguments as people are shown them: whole, except for text that looks like a secret by its name or its form. */
export function maskArguments(given: JsonObject): string {
  return JSON.stringify(mask(given, false), null, 2)
}

function mask(value: JsonValue, secret: boolean): JsonValue {
  if (typeof value === 'string') {
    return secret || isSecretValue(value) ? `${REDACTED} (${value.length} characters)` : value
  }
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((member: JsonValue) => mask(member, secret))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, mask(member, secret || isSecretName(name))]),
  )
}
