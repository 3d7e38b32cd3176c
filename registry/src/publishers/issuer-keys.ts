import type { JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { publisherError } from './errors.ts'
import { ISSUER_KEYS_AGAIN_MS, ISSUER_KEYS_MS } from './limits.ts'
import type { Outside } from './outside.ts'

const configuration = z.object({ issuer: z.string(), jwks_uri: z.url() })
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) })

/** Keys of the issuers of workflow identities, fetched when needed and kept for a while. */
export interface IssuerKeys {
  /** How to find the key of a token of this issuer. */
  of(issuer: string): JWTVerifyGetKey
}

export function createIssuerKeys(outside: Outside): IssuerKeys {
  const kept = new Map<string, { readonly at: number; readonly find: Promise<JWTVerifyGetKey> }>()
  const load = (issuer: string, olderThan: number): Promise<JWTVerifyGetKey> => {
    const present = kept.get(issuer)
    if (present !== undefined && present.at + olderThan > Date.now()) return present.find
    const find = fetchKeys(outside, issuer)
    kept.set(issuer, { at: Date.now(), find })
    // A failure is not kept: the next token asks again.
    find.catch(() => kept.delete(issuer))
    return find
  }
  return {
    of: (issuer) => async (header, token) => {
      try {
        return await (
          await load(issuer, ISSUER_KEYS_MS)
        )(header, token)
      } catch (error) {
        const { errors } = await import('jose')
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        // The issuer may have a new key.
        return (await load(issuer, ISSUER_KEYS_AGAIN_MS))(header, token)
      }
    },
  }
}

/** OpenID Connect discovery: the document names its issuer, and the keys are at the same host. */
async function fetchKeys(outside: Outside, issuer: string): Promise<JWTVerifyGetKey> {
  const base = issuer.replace(/\/$/, '')
  const found = configuration.safeParse(await outside.json(`${base}/.well-known/openid-configuration`))
  if (!found.success || found.data.issuer !== issuer || new URL(found.data.jwks_uri).host !== new URL(issuer).host) {
    throw publisherError('OUTSIDE_REFUSED', `Expected the configuration of ${issuer}, found that of another.`)
  }
  const keys = keySet.parse(await outside.json(found.data.jwks_uri))
  const { createLocalJWKSet } = await import('jose')
  return createLocalJWKSet(keys)
}
