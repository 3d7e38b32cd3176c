import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { isJsonObject } from '../../../runtime/src/gateway/json-rpc.ts'
import type { UpstreamMessage } from '../../../runtime/src/gateway/upstream/upstream.ts'

/** A client that answers every question at once: forms with their defaults, and yes where there is none. */
export function answerQuestion({ method, params }: UpstreamMessage): JsonObject {
  if (method === 'roots/list') return { roots: [] }
  if (method === 'sampling/createMessage')
    return { role: 'assistant', content: { type: 'text', text: 'Four.' }, model: 'none', stopReason: 'endTurn' }
  return { action: 'accept', content: filledIn(params?.['requestedSchema']) }
}

function filledIn(schema: JsonValue | undefined): JsonObject {
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {}
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueFor(field)]))
}

/** What somebody who knows only the schema would write. */
export function valueFor(schema: JsonValue | undefined): JsonValue {
  if (!isJsonObject(schema)) return 'text'
  if (schema['default'] !== undefined) return schema['default']
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null
  if (schema['type'] === 'boolean') return true
  if (schema['type'] === 'integer' || schema['type'] === 'number') return 2
  if (schema['type'] === 'array') return []
  return schema['type'] === 'object' ? {} : 'text'
}
