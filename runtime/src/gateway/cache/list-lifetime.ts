import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import { LISTS_MIN_TTL_MS, MAX_TTL_MS } from './limits.ts'

/** How long the lists of an upstream may be kept, read off its answers. */
export interface ListLifetime {
  note(method: string, result: RpcResult): void
  /** Milliseconds; `undefined`: until it says that they changed. */
  ttlMs(): number | undefined
}

/**
 * The shortest `ttlMs` counts (2026-07-28). One of 0 from a server that announces changes asks for nothing more than to
 * be heard; from another one the lists are read again every few seconds, while somebody asks for them.
 */
export function createListLifetime(capabilities: JsonObject): ListLifetime {
  let shortest = Infinity
  return {
    note(method, result) {
      const ttlMs = result.get('ttlMs')
      if (typeof ttlMs !== 'number' || !(ttlMs >= 0)) return
      const [kind = ''] = method.split('/')
      const capability = capabilities[kind]
      const announces = isJsonObject(capability) && capability['listChanged'] === true
      if (ttlMs === 0 && announces) return
      shortest = Math.min(shortest, Math.max(ttlMs, LISTS_MIN_TTL_MS), MAX_TTL_MS)
    },
    ttlMs: () => (shortest === Infinity ? undefined : shortest),
  }
}
