import { createHash } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { createToken } from '../accounts/tokens.ts'
import { isUniqueViolation } from '../database/index.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isBelow } from '../store/query.ts'
import { type TrustRow, trusts, usedIdentities } from '../store/rows/namespace-rows.ts'
import { publisherError } from './errors.ts'
import { IDENTITY_AGE_SECONDS, IDENTITY_SKEW_SECONDS, TRUSTED_TOKEN_MS } from './limits.ts'
import { matchesTrust } from './trust-claims.ts'

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA']

export interface ExchangeRequest {
  readonly packageName: string
  /** The workflow's OpenID Connect identity token. Never logged. */
  readonly identityToken: string
  /** Host name under which the workflow knows this registry. */
  readonly host: string
}

/**
 * Gives a workflow that shows its identity a token for a few minutes and one package. Everything that is not right is
 * refused alike, so that nobody learns whom a package trusts.
 */
export async function exchangeIdentity(
  store: RegistryStore,
  request: ExchangeRequest,
): Promise<{ readonly token: string; readonly expiresAt: string }> {
  const { packageName } = request
  const issuer = await readIssuer(request.identityToken)
  const known = store.accounts.oidcIssuers.includes(issuer)
    ? await store.database.getRepository(trusts).findBy({ packageName, issuer })
    : []
  // Asking an issuer for its keys is for packages that trust it.
  if (known.length === 0) throw refused(packageName)
  const payload = await verify(store, issuer, request)
  const trust = known.find((row) => matchesTrust(row, payload))
  if (trust === undefined) {
    store.accounts.report('trust.refused', { package: packageName, issuer, subject: payload.sub })
    throw refused(packageName)
  }
  await spend(store, issuer, payload, request.identityToken)
  return giveToken(store, trust, payload)
}

async function giveToken(store: RegistryStore, trust: TrustRow, payload: JWTPayload) {
  const { token, row } = await createToken(
    store,
    { trustId: trust.id },
    {
      name: String(payload.sub).slice(0, 80),
      scopes: ['publish'],
      packages: [trust.packageName],
      lifetimeMs: TRUSTED_TOKEN_MS,
    },
  )
  store.accounts.report('trust.used', { package: trust.packageName, trust: trust.id, subject: payload.sub })
  return { token, expiresAt: row.expiresAt }
}

async function verify(store: RegistryStore, issuer: string, request: ExchangeRequest): Promise<JWTPayload> {
  try {
    const { jwtVerify } = await import('jose')
    const { payload } = await jwtVerify(request.identityToken, store.accounts.issuerKeys.of(issuer), {
      issuer,
      audience: `npm:${request.host}`,
      algorithms: ALGORITHMS,
      maxTokenAge: IDENTITY_AGE_SECONDS,
      clockTolerance: IDENTITY_SKEW_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub', 'aud'],
    })
    // An identity that is for somebody else too could have been shown there first.
    if (Array.isArray(payload.aud) && payload.aud.length !== 1) throw new TypeError('More than one audience.')
    return payload
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    store.accounts.report('trust.refused', { package: request.packageName, issuer, reason })
    throw refused(request.packageName)
  }
}

/** Who says it issued the token; nothing is believed yet. */
async function readIssuer(token: string): Promise<string> {
  // Loaded with the first workflow that comes: most registries never see one.
  const { decodeJwt } = await import('jose')
  try {
    return decodeJwt(token).iss ?? ''
  } catch {
    return ''
  }
}

/** Believes an identity once: by its id, or by all of its bytes when it has none. */
async function spend(store: RegistryStore, issuer: string, payload: JWTPayload, token: string): Promise<void> {
  const rows = store.database.getRepository(usedIdentities)
  const name = payload.jti === undefined ? `token ${token}` : `id ${issuer} ${payload.jti}`
  const ends = (payload.exp ?? 0) + IDENTITY_SKEW_SECONDS
  try {
    await rows.insert({
      id: createHash('sha256').update(name).digest('hex'),
      expiresAt: new Date(ends * 1000).toISOString(),
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw publisherError('IDENTITY_USED', 'Expected an identity that was not exchanged yet, found one that was.')
  }
  await rows.delete({ expiresAt: isBelow(new Date().toISOString()) })
}

function refused(packageName: string) {
  return publisherError(
    'IDENTITY_REFUSED',
    `Expected the identity of a workflow that ${packageName} trusts, found another. Compare its claims with the trusted publishers of the package.`,
  )
}
