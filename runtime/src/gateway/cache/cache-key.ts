import { hash } from 'node:crypto'
import type { JsonObject } from '@nexus/plugin-api'
import type { Call } from '../call.ts'
import { canonicalJson } from '../canonical-json.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** Members of `_meta` that say how a request travels, not what it asks for. */
const OF_THE_WAY: ReadonlySet<string> = new Set([
  'progressToken',
  'traceparent',
  'tracestate',
  'baggage',
  'io.modelcontextprotocol/protocolVersion',
  'io.modelcontextprotocol/clientInfo',
  'io.modelcontextprotocol/logLevel',
])

/** A further round of a call, or one that goes on by itself: its answer is nobody else's. */
const OF_A_DIALOGUE = ['inputResponses', 'requestState', 'task'] as const

/** Keys of a request: the one that everybody shares, and the caller's own. */
export interface CacheKeys {
  readonly shared: string
  readonly own: string
}

/**
 * What a result depends on: the upstream, the request with all of its arguments, the era it is asked in, and, for the
 * caller's own key, who asks. `undefined` for a request whose answer may not be given again.
 */
export function cacheKeysOf(
  call: Call,
  { id, workspaceId }: Pick<Upstream, 'id' | 'workspaceId'>,
  params: JsonObject | undefined,
): CacheKeys | undefined {
  if (params !== undefined && OF_A_DIALOGUE.some((member) => params[member] !== undefined)) return undefined
  const { _meta, ...asked } = params ?? {}
  const meta = isJsonObject(_meta) ? Object.entries(_meta).filter(([name]) => !OF_THE_WAY.has(name)) : []
  const text = canonicalJson([workspaceId, id, call.method, call.client.era, { ...asked }, Object.fromEntries(meta)])
  if (text === undefined) return undefined
  const digest = (scope: string) => hash('sha256', `${scope}\0${text}`, 'base64url')
  return { shared: digest('public'), own: digest(`private\0${call.principal.id}`) }
}
