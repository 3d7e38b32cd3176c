import { randomBytes } from 'node:crypto'
import type {
  OAuthClientInformationContext,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import { oauthError } from './errors.ts'
import { CALLBACK_PATH, clientDocumentUrl, hostClientMetadata } from './host-client.ts'
import { clientKey, type Subject, tokenKey } from './subject.ts'
import type { TokenStore } from './token-store.ts'

/** A client that somebody registered by hand at the authorization server. */
export interface RegisteredClient {
  readonly clientId: string
  readonly clientSecret?: string
  /** The only authorization server that may see it; any, when absent. */
  readonly issuer?: string
}

/** Asked for each flow, so that a secret that was changed takes effect; `undefined` where nobody registered one. */
export type RegisteredClientSource = () => Promise<RegisteredClient | undefined>

export interface FlowOptions {
  readonly subject: Subject
  readonly store: TokenStore
  readonly publicUrl: string
  readonly scope: string | undefined
  readonly registered: RegisteredClient | undefined
  /** Instead of the host's own document. */
  readonly clientDocument?: string | undefined
}

/**
 * One authorization from the first question to the tokens, as the SDK's `auth` drives it. State, PKCE verifier and the
 * authorization server that was found belong to this flow alone; tokens and registrations go to the store.
 */
export class Flow implements OAuthClientProvider {
  readonly subject: Subject
  readonly scope: string | undefined
  readonly secretState = randomBytes(32).toString('base64url')
  readonly redirectUrl: string
  readonly clientMetadata: OAuthClientMetadata
  readonly clientMetadataUrl?: string
  readonly #store: TokenStore
  readonly #registered: RegisteredClient | undefined
  #verifier: string | undefined
  #discovery: OAuthDiscoveryState | undefined
  #address: URL | undefined

  constructor({ subject, store, publicUrl, scope, registered, clientDocument }: FlowOptions) {
    this.subject = subject
    this.scope = scope
    this.redirectUrl = `${publicUrl}${CALLBACK_PATH}`
    this.clientMetadata = hostClientMetadata(publicUrl)
    const document = clientDocument ?? clientDocumentUrl(publicUrl)
    if (document !== undefined) this.clientMetadataUrl = document
    this.#store = store
    this.#registered = registered
  }

  /** Where the person goes; `undefined` until `auth` found out. */
  address(): URL | undefined {
    return this.#address
  }

  state(): string {
    return this.secretState
  }

  clientInformation(context?: OAuthClientInformationContext): StoredOAuthClientInformation | undefined {
    const registered = this.#registered
    if (registered === undefined)
      return context === undefined ? undefined : this.#store.client(clientKey(this.subject, context.issuer))
    const { clientId, clientSecret, issuer } = registered
    return {
      client_id: clientId,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
      ...(issuer === undefined ? {} : { issuer }),
    }
  }

  saveClientInformation(client: StoredOAuthClientInformation, context?: OAuthClientInformationContext): void {
    const issuer = context?.issuer ?? client.issuer
    if (issuer !== undefined && this.#registered === undefined)
      this.#store.putClient(clientKey(this.subject, issuer), client)
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#store.tokens(tokenKey(this.subject))?.tokens
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    const key = tokenKey(this.subject)
    const before = this.#store.tokens(key)
    this.#store.putTokens(key, {
      tokens: { ...tokens, scope: tokens.scope ?? before?.tokens.scope ?? this.scope },
      asked: this.scope ?? before?.asked ?? tokens.scope,
      expiresAt: tokens.expires_in === undefined ? undefined : Date.now() + tokens.expires_in * 1_000,
    })
  }

  redirectToAuthorization(address: URL): void {
    this.#address = address
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier
  }

  codeVerifier(): string {
    if (this.#verifier !== undefined) return this.#verifier
    throw oauthError('UPSTREAM_AUTHORIZATION_INVALID', 'Expected an authorization that was started, found none.')
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovery = state
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery
  }

  invalidateCredentials(what: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    const issuer = this.#discovery?.authorizationServerMetadata?.issuer ?? this.#discovery?.authorizationServerUrl
    if ((what === 'all' || what === 'client') && issuer !== undefined)
      this.#store.removeClient(clientKey(this.subject, issuer))
    if (what === 'all' || what === 'tokens') this.#store.removeTokens(tokenKey(this.subject))
    if (what === 'all' || what === 'verifier') this.#verifier = undefined
    if (what === 'all' || what === 'discovery') this.#discovery = undefined
  }
}
