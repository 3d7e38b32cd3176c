import { z } from 'zod'

/**
 * What a token may do: read what is not public, publish releases and move channels, withdraw releases, manage owners,
 * keys and access, or (an account's own only) change the account itself.
 */
export const tokenScope = z.enum(['read', 'publish', 'yank', 'manage', 'account'])

export type TokenScope = z.infer<typeof tokenScope>
