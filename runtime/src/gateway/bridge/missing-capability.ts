import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'
import type { UpstreamMessage } from '../upstream/upstream.ts'

/** Methods that an upstream may ask a client with; the modern revision has no others. */
export const INPUT_METHODS: ReadonlySet<string> = new Set([
  'elicitation/create',
  'sampling/createMessage',
  'roots/list',
])

/** What a client must have declared to be asked this, as a capabilities object; `undefined` when it did. */
export function missingCapability(
  capabilities: JsonObject,
  { method, params }: UpstreamMessage,
): JsonObject | undefined {
  if (method === 'elicitation/create') {
    const mode = params?.['mode'] === 'url' ? 'url' : 'form'
    return elicits(capabilities['elicitation'], mode) ? undefined : { elicitation: { [mode]: {} } }
  }
  if (method === 'sampling/createMessage') {
    const sampling = capabilities['sampling']
    if (!isJsonObject(sampling)) return { sampling: {} }
    return params?.['tools'] === undefined || isJsonObject(sampling['tools']) ? undefined : { sampling: { tools: {} } }
  }
  return isJsonObject(capabilities['roots']) ? undefined : { roots: {} }
}

/** Clients from before URL mode declare an empty object, which means forms. */
function elicits(declared: unknown, mode: 'form' | 'url'): boolean {
  if (!isJsonObject(declared)) return false
  return isJsonObject(declared[mode]) || (mode === 'form' && declared['url'] === undefined)
}

/** Whether a client with these capabilities can be asked anything at all. */
export function canBeAsked({ elicitation, sampling, roots }: JsonObject): boolean {
  return elicitation !== undefined || sampling !== undefined || roots !== undefined
}
