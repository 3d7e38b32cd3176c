import type { StoredOAuthClientInformation, StoredOAuthTokens } from '@modelcontextprotocol/client'

/** Tokens of one subject. */
export interface HeldTokens {
  readonly tokens: StoredOAuthTokens
  /** All scopes that were ever asked for with success; asking for no more than these again leads nowhere. */
  readonly asked: string | undefined
  /** Milliseconds since 1970; absent when the server did not say. */
  readonly expiresAt: number | undefined
}

/** Where tokens and registrations are kept. Values are credentials: they go to their own server and nowhere else. */
export interface TokenStore {
  tokens(key: string): HeldTokens | undefined
  putTokens(key: string, held: HeldTokens): void
  removeTokens(key: string): void
  client(key: string): StoredOAuthClientInformation | undefined
  putClient(key: string, client: StoredOAuthClientInformation): void
  removeClient(key: string): void
}

/** Kept for as long as the host runs. */
export function createMemoryTokenStore(): TokenStore {
  const tokens = new Map<string, HeldTokens>()
  const clients = new Map<string, StoredOAuthClientInformation>()
  return {
    tokens: (key) => tokens.get(key),
    putTokens: (key, held) => void tokens.set(key, held),
    removeTokens: (key) => void tokens.delete(key),
    client: (key) => clients.get(key),
    putClient: (key, client) => void clients.set(key, client),
    removeClient: (key) => void clients.delete(key),
  }
}
