import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject } from '../../json-rpc.ts'
import { LIST_TTL_MS } from '../../limits.ts'
import { META_SERVER_INFO } from '../../protocol.ts'
import type { RpcResult } from '../../wire/rpc-result.ts'
import { SERVER_INFO } from '../server-identity.ts'

/** Lists depend on who asks, so no cache may share them. */
const LIST_HINTS = { ttlMs: LIST_TTL_MS, cacheScope: 'private' } as const
const OWN_META: JsonObject = { [META_SERVER_INFO]: SERVER_INFO }
const READ_HINTS = { ttlMs: 0, cacheScope: 'private' } as const

const LISTS: ReadonlySet<string> = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
])

function hintsFor(method: string, result: RpcResult): JsonObject {
  if (LISTS.has(method)) return LIST_HINTS
  if (method !== 'resources/read') return {}
  // The upstream's own hints count when they are complete; a resource it calls public still passed this gateway's rules.
  const ttlMs = result.get('ttlMs')
  return typeof ttlMs === 'number' ? { ttlMs, cacheScope: 'private' } : READ_HINTS
}

/** What the modern revision wants set in a result: `resultType`, cache hints, who answered. The other members stay. */
export function modernMembers(method: string, result: RpcResult): JsonObject {
  const meta = result.get('_meta')
  const resultType = result.get('resultType') ?? 'complete'
  return {
    resultType,
    ...(resultType === 'input_required' ? {} : hintsFor(method, result)),
    _meta: isJsonObject(meta) ? { ...meta, [META_SERVER_INFO]: SERVER_INFO } : OWN_META,
  }
}
