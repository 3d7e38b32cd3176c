import { TOKEN_CACHE_MS, TOKEN_CACHE_SIZE } from './limits.ts'

/** Answers that are believed for a few seconds. Concurrent callers of one key share one load; failures are not kept. */
export interface TokenCache<Value> {
  get(key: string, load: () => Promise<Value>): Promise<Value>
  /** Forgets everything. A load under way still answers those who wait for it, and nobody after them. */
  clear(): void
}

export function createTokenCache<Value>(now: () => Date): TokenCache<Value> {
  const entries = new Map<string, { readonly value: Promise<Value>; readonly until: number }>()
  return {
    get(key, load) {
      const at = now().getTime()
      const known = entries.get(key)
      if (known !== undefined && known.until > at) return known.value
      entries.delete(key)
      const [oldest] = entries.keys()
      if (oldest !== undefined && entries.size >= TOKEN_CACHE_SIZE) entries.delete(oldest)
      const value = load().catch((error: unknown) => {
        if (entries.get(key)?.value === value) entries.delete(key)
        throw error
      })
      entries.set(key, { value, until: at + TOKEN_CACHE_MS })
      return value
    },
    clear: () => entries.clear(),
  }
}
