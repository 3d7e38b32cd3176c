import type { NetworkGrant } from '../../grants/grant.ts'
import type { EgressTarget } from './check-target.ts'

/** Hears what a request does on its way. A coded error thrown here ends the request with that error. */
export interface EgressWatch {
  /** Right before a request goes to a checked target: the first one and one per redirect. `bytes`: URL, headers and body. */
  sending(target: EgressTarget, method: string, bytes: number): void
  /** Decoded bytes of the body arrived. */
  received(bytes: number): void
}

/** One request to the outside. Nothing in it is trusted. */
export interface EgressRequest {
  readonly url: string
  /** Default `GET`. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Headers that hold secrets; sent like `headers`, dropped as soon as a redirect leaves the origin. */
  readonly secretHeaders?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** All hosts that may be reached; checked again at every redirect. */
  readonly grants: readonly NetworkGrant[]
  readonly signal: AbortSignal
  /** `request`: until the whole body is here. `stream`: until the headers are here. */
  readonly timeoutMs: number
  /** Decoded body bytes; more fails with `NETWORK_TOO_LARGE`. */
  readonly maxBytes: number
  readonly watch?: EgressWatch
}

export interface EgressHead {
  readonly status: number
  /** Lower-case names; several values of one name are joined with `, `. `set-cookie` is dropped. */
  readonly headers: Readonly<Record<string, string>>
  /** The URL after redirects. */
  readonly url: string
}

export interface EgressResponse extends EgressHead {
  readonly body: Uint8Array
}

/** The body must be read to its end or `cancel` called, else its connection stays open. */
export interface EgressStream extends EgressHead {
  /** All of a JSON body that came unencoded. */
  readonly whole?: Uint8Array
  readonly body: AsyncIterable<Uint8Array>
  cancel(): void
}

/**
 * The only way from Nexus to hosts that plugins or operators name. Fails with `NETWORK_DENIED`, `NETWORK_TIMEOUT`,
 * `NETWORK_TOO_LARGE` or `NETWORK_FAILED`.
 */
export interface Egress extends AsyncDisposable {
  request(request: EgressRequest): Promise<EgressResponse>
  /** For event streams: resolves with the head; no time limit on the body but `signal`. */
  stream(request: EgressRequest): Promise<EgressStream>
}
