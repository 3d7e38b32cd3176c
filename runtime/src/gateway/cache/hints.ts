import type { RpcResult } from '../wire/rpc-result.ts'
import { MAX_TTL_MS } from './limits.ts'

/** How long a result may be given again, and to whom. `none`: not at all. */
export type Hints = { readonly scope: 'none' } | { readonly scope: 'public' | 'private'; readonly ttlMs: number }

export const NOT_CACHED: Hints = { scope: 'none' }

/** What an upstream says of its own result (2026-07-28, `ttlMs` and `cacheScope`); what it does not say is private. */
export function hintsOf(result: RpcResult): Hints {
  if (!isFinal(result)) return NOT_CACHED
  const ttlMs = result.get('ttlMs')
  if (typeof ttlMs !== 'number' || !(ttlMs > 0)) return NOT_CACHED
  const scope = result.get('cacheScope') === 'public' ? 'public' : 'private'
  return { scope, ttlMs: Math.min(ttlMs, MAX_TTL_MS) }
}

/** An answer, and not a question, an error or a promise of one. */
export function isFinal(result: RpcResult): boolean {
  const resultType = result.get('resultType')
  return (resultType === undefined || resultType === 'complete') && result.get('isError') !== true
}
