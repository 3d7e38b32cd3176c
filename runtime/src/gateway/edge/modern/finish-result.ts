import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject } from '../../json-rpc.ts'
import { LIST_TTL_MS } from '../../limits.ts'
import { META_SERVER_INFO } from '../../protocol.ts'
import { SERVER_INFO } from '../server-identity.ts'

/** Lists depend on who asks, so no cache may share them. */
const LIST_HINTS = { ttlMs: LIST_TTL_MS, cacheScope: 'private' } as const
const READ_HINTS = { ttlMs: 0, cacheScope: 'private' } as const

const LISTS: ReadonlySet<string> = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
])

function hintsFor(method: string, result: JsonObject): JsonObject {
  if (LISTS.has(method)) return LIST_HINTS
  if (method !== 'resources/read') return {}
  // The upstream's own hints count when they are complete; a resource it calls public still passed this gateway's rules.
  return typeof result['ttlMs'] === 'number' ? { ttlMs: result['ttlMs'], cacheScope: 'private' } : READ_HINTS
}

/** A result as the modern revision wants it: `resultType`, cache hints, who answered. Members of the upstream stay. */
export function finishResult(method: string, result: JsonObject): JsonObject {
  const meta = isJsonObject(result['_meta']) ? result['_meta'] : {}
  return {
    ...result,
    resultType: result['resultType'] ?? 'complete',
    ...(result['resultType'] === 'input_required' ? {} : hintsFor(method, result)),
    _meta: { ...meta, [META_SERVER_INFO]: SERVER_INFO },
  }
}
