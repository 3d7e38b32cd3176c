import type * as Sdk from '@modelcontextprotocol/client'
import { errorCode } from '@nexus/plugin-api'
import { personOf, type Principal } from '../../../../identity/principal.ts'
import { drain } from '../endpoint.ts'
import type { EgressAnswer, HttpEgress } from '../http-egress.ts'
import { type Challenge, readDemand } from './challenge.ts'
import { authorizationRequired, oauthError } from './errors.ts'
import { fetchOverEgress } from './fetch-over-egress.ts'
import { Flow, type RegisteredClientSource } from './flow.ts'
import { START_PATH } from './host-client.ts'
import { FLOW_MS, MAX_CHALLENGES, MAX_FLOWS, RENEW_BEFORE_MS } from './limits.ts'
import { type Subject, tokenKey } from './subject.ts'
import { createMemoryTokenStore, type TokenStore } from './token-store.ts'

interface AuthorizationsOptions {
  /** Origin under which people reach this host. */
  readonly publicUrl: () => string
  readonly store?: TokenStore
  /** Client metadata document instead of the host's own. */
  readonly clientDocument?: string
}

interface Waiting {
  readonly flow: Flow
  readonly challenge: Challenge
  readonly principalId: string
  readonly endsAt: number
}

/** Finds out who asks, in the workspace that matters; `undefined` when nobody is signed in. */
export type WhoAsks = (workspaceId: string) => Promise<Principal | undefined>

/** What came back with the person. Source: RFC 6749 section 4.1.2, RFC 9207. */
export interface CallbackQuery {
  readonly state: string | undefined
  readonly code: string | undefined
  readonly iss: string | undefined
  readonly error: string | undefined
}

/** A few hundred kilobytes of code that a host without such servers never loads. */
const loadSdk = (): Promise<typeof Sdk> => import('@modelcontextprotocol/client')

/**
 * The host as an OAuth 2.1 client of its upstreams. A server's 401 or 403 becomes an address that a person opens: there
 * the host knows who it is by their own session, sends them to the authorization server, and keeps what they bring back
 * for them alone, or for the workspace where an upstream is shared.
 */
export class UpstreamAuthorizations {
  readonly #options: AuthorizationsOptions
  readonly #store: TokenStore
  readonly #challenges = new Map<string, Challenge>()
  readonly #flows = new Map<string, Waiting>()
  readonly #renewing = new Map<string, Promise<boolean>>()

  constructor(options: AuthorizationsOptions) {
    this.#options = options
    this.#store = options.store ?? createMemoryTokenStore()
  }

  publicUrl(): string {
    return this.#options.publicUrl()
  }

  /** The way out to one server, for one subject: with its token, and with an address to open where there is none. */
  protect(egress: HttpEgress, subject: Subject, registered?: RegisteredClientSource): HttpEgress {
    const key = tokenKey(subject)
    return {
      request: async (request) => {
        // An installation that brings credentials of its own is not asked for others.
        if (bringsCredential(request.headers)) return egress.request(request)
        for (let attempt = 1; ; attempt += 1) {
          const held = this.#store.tokens(key)
          const isEnding = held?.expiresAt !== undefined && held.expiresAt - RENEW_BEFORE_MS < Date.now()
          if (isEnding) await this.#renew(egress, subject, registered)
          const token = this.#store.tokens(key)?.tokens.access_token
          const headers =
            token === undefined ? request.headers : { ...request.headers, authorization: `Bearer ${token}` }
          const answer = await egress.request({ ...request, headers })
          if (answer.status !== 401 && answer.status !== 403) return answer
          const challenge = { subject, egress, registered }
          if (!(await this.#isRenewed(challenge, answer, token, attempt))) return answer
          await drain(answer)
        }
      },
    }
  }

  /** Where the person has to go. What is shared needs somebody who may manage installations. */
  async start(upstreamId: string, whoAsks: WhoAsks): Promise<URL> {
    const { challenge, principal } = await this.#challengeFor(upstreamId, whoAsks)
    const sdk = await loadSdk()
    const { subject, egress, scope, registered, resourceMetadataUrl } = challenge
    const flow = await this.#flow(subject, scope, registered)
    await told(subject.label, async () => {
      await sdk.auth(flow, {
        serverUrl: subject.url,
        fetchFn: fetchOverEgress(egress),
        forceReauthorization: true,
        ...(scope === undefined ? {} : { scope }),
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
      })
    })
    const address = flow.address()
    if (address === undefined || (address.protocol !== 'https:' && address.protocol !== 'http:'))
      throw oauthError(
        'UPSTREAM_AUTHORIZATION_FAILED',
        `Expected a web address to authorize ${subject.label} at, found none.`,
      )
    this.#remember({ flow, challenge, principalId: principal.id, endsAt: Date.now() + FLOW_MS })
    return address
  }

  /** Takes what the person brought back: once, from the same person, from the server that they were sent to. */
  async finish({ state, code, iss, error }: CallbackQuery, whoAsks: WhoAsks): Promise<Subject> {
    const waiting = state === undefined ? undefined : this.#flows.get(state)
    const principal = waiting === undefined ? undefined : await whoAsks(waiting.challenge.subject.workspaceId)
    if (waiting === undefined || waiting.endsAt < Date.now() || principal?.id !== waiting.principalId) {
      const problem = 'Expected an authorization that you started within the last ten minutes, found none. Start again.'
      throw oauthError('UPSTREAM_AUTHORIZATION_INVALID', problem)
    }
    this.#flows.delete(waiting.flow.secretState)
    const { subject, egress } = waiting.challenge
    const sdk = await loadSdk()
    await told(subject.label, async () => {
      const metadata = waiting.flow.discoveryState()?.authorizationServerMetadata
      // The sender of an error is checked like that of a code: its text is shown to people.
      if (code === undefined) {
        sdk.validateAuthorizationResponseIssuer({
          iss,
          expectedIssuer: metadata?.issuer,
          issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
        })
        throw new Error(error ?? 'no code')
      }
      await sdk.auth(waiting.flow, {
        serverUrl: subject.url,
        authorizationCode: code,
        fetchFn: fetchOverEgress(egress),
        ...(iss === undefined ? {} : { iss }),
        ...(waiting.flow.scope === undefined ? {} : { scope: waiting.flow.scope }),
      })
    })
    this.#challenges.delete(challengeKey(subject.upstreamId, subject.owner))
    return subject
  }

  async #flow(subject: Subject, scope: string | undefined, source: RegisteredClientSource | undefined): Promise<Flow> {
    const { clientDocument } = this.#options
    const registered = await source?.()
    return new Flow({ subject, store: this.#store, publicUrl: this.publicUrl(), scope, registered, clientDocument })
  }

  async #challengeFor(
    upstreamId: string,
    whoAsks: WhoAsks,
  ): Promise<{ readonly challenge: Challenge; readonly principal: Principal }> {
    const shared = this.#challenges.get(challengeKey(upstreamId, undefined))
    const any = shared ?? this.#challenges.values().find(({ subject }) => subject.upstreamId === upstreamId)
    const principal = any === undefined ? undefined : await whoAsks(any.subject.workspaceId)
    if (any !== undefined && principal === undefined) {
      const problem =
        'Expected you to be signed in, found no session in this browser. Sign in, then open this address again.'
      throw oauthError('UPSTREAM_AUTHORIZATION_INVALID', problem)
    }
    const own = principal && this.#challenges.get(challengeKey(upstreamId, personOf(principal)))
    const challenge = own ?? (principal?.permissions.has('installations:manage') === true ? shared : undefined)
    if (challenge !== undefined && principal?.workspaceId === challenge.subject.workspaceId)
      return { challenge, principal }
    const problem =
      'Expected a server that waits for your authorization, found none. What a workspace shares is authorized by somebody who manages installations.'
    throw oauthError('UPSTREAM_AUTHORIZATION_INVALID', problem)
  }

  #remember(waiting: Waiting): void {
    const now = Date.now()
    for (const [state, { endsAt }] of this.#flows) if (endsAt < now) this.#flows.delete(state)
    dropOldest(this.#flows, MAX_FLOWS)
    this.#flows.set(waiting.flow.secretState, waiting)
  }

  /** True when the request may be sent again, false when the server's refusal stands; fails when a person is needed. */
  async #isRenewed(
    { subject, egress, registered }: Pick<Challenge, 'subject' | 'egress' | 'registered'>,
    answer: EgressAnswer,
    used: string | undefined,
    attempt: number,
  ): Promise<boolean> {
    const sdk = await loadSdk()
    const { resourceMetadataUrl, scope, error } = readDemand(sdk, answer)
    const held = this.#store.tokens(tokenKey(subject))
    let wanted = scope
    if (answer.status === 401) {
      if (held !== undefined && held.tokens.access_token !== used) return attempt === 1
      if (attempt === 1 && (await this.#renew(egress, subject, registered))) return true
      if (resourceMetadataUrl === undefined && !(await offersOAuth(sdk, egress, subject))) return false
      if (held !== undefined) this.#store.removeTokens(tokenKey(subject))
    } else {
      if (error !== 'insufficient_scope') return false
      wanted = sdk.computeScopeUnion(held?.asked, scope)
      // Agreed to before, and still not enough: to ask the same person again would never end.
      if (held !== undefined && !sdk.isStrictScopeSuperset(wanted, held.asked)) return false
    }
    await drain(answer)
    this.#challenge({ subject, egress, registered, resourceMetadataUrl, scope: wanted })
    const address = `${this.publicUrl()}${START_PATH}?upstream=${encodeURIComponent(subject.upstreamId)}`
    throw authorizationRequired(subject.label, address)
  }

  #challenge(challenge: Challenge): void {
    const { upstreamId, owner } = challenge.subject
    const key = challengeKey(upstreamId, owner)
    this.#challenges.delete(key)
    dropOldest(this.#challenges, MAX_CHALLENGES)
    this.#challenges.set(key, challenge)
  }

  /** One renewal at a time for each subject: many servers take a refresh token only once. */
  #renew(egress: HttpEgress, subject: Subject, registered: RegisteredClientSource | undefined): Promise<boolean> {
    const key = tokenKey(subject)
    const held = this.#store.tokens(key)
    if (held?.tokens.refresh_token === undefined) return Promise.resolve(false)
    const known = this.#renewing.get(key)
    if (known !== undefined) return known
    const refreshing = this.#refresh(egress, subject, held.asked, registered)
    const renewing = refreshing.finally(() => this.#renewing.delete(key))
    this.#renewing.set(key, renewing)
    return renewing
  }

  async #refresh(
    egress: HttpEgress,
    subject: Subject,
    scope: string | undefined,
    registered: RegisteredClientSource | undefined,
  ): Promise<boolean> {
    const sdk = await loadSdk()
    try {
      const flow = await this.#flow(subject, scope, registered)
      return (await sdk.auth(flow, { serverUrl: subject.url, fetchFn: fetchOverEgress(egress) })) === 'AUTHORIZED'
    } catch {
      // The old token may still do; where it does not, the server says so and a person is asked.
      return false
    }
  }
}

function challengeKey(upstreamId: string, owner: string | undefined): string {
  return JSON.stringify([upstreamId, owner ?? null])
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  const [oldest] = map.size >= limit ? map.keys() : []
  if (oldest !== undefined) map.delete(oldest)
}

/** Whether a server that only said 401 has an authorization server at all. */
async function offersOAuth(sdk: typeof Sdk, egress: HttpEgress, { url }: Subject): Promise<boolean> {
  try {
    const found = await sdk.discoverOAuthServerInfo(url, { fetchFn: fetchOverEgress(egress) })
    return found.resourceMetadata !== undefined || found.authorizationServerMetadata !== undefined
  } catch {
    // Nothing that can be used; the server's own refusal says more.
    return false
  }
}

/** What went wrong at the authorization server, in one coded sentence. */
async function told(label: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    if (errorCode(cause) !== undefined && cause instanceof Error && 'fault' in cause) throw cause
    const said = cause instanceof Error ? cause.message.slice(0, 300) : 'unknown'
    const problem = `Expected ${label} to be authorized, found its authorization server refusing: ${said}.`
    throw oauthError('UPSTREAM_AUTHORIZATION_FAILED', problem, { cause })
  }
}

function bringsCredential(headers: Readonly<Record<string, string>>): boolean {
  if (headers['authorization'] !== undefined) return true
  // Most names are of another length: this is asked for every request.
  for (const name in headers) if (name.length === 13 && name.toLowerCase() === 'authorization') return true
  return false
}
