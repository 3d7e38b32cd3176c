import { type JsonValue, isJsonObject, parseJson } from '@nexus/plugin-api'
import { TARGET_CHARACTERS } from '../limits.ts'

/** Members of capability arguments that tell what is asked for, the most telling first. */
const TELLING = ['url', 'tool', 'path', 'key', 'prefix', 'name', 'field', 'uri', 'method'] as const

/** The most telling argument of a capability call, cut to a line. Values that are stored or sent are left out. */
export function targetOf(argumentsJson: string): string {
  const given = readJson(argumentsJson)
  if (!isJsonObject(given)) return ''
  for (const name of TELLING) {
    const value = given[name]
    if (typeof value === 'string') return withMethod(value, given['method']).slice(0, TARGET_CHARACTERS)
  }
  return ''
}

function readJson(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch {
    // A plugin may send anything; the broker refuses it.
    return null
  }
}

function withMethod(target: string, method: unknown): string {
  return typeof method === 'string' && method !== target ? `${method} ${target}` : target
}
