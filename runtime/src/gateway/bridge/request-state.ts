import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { seal, unseal } from '../../secrets/seal.ts'
import type { Call } from '../call.ts'
import { canonicalJson, digestOf } from '../canonical-json.ts'
import { gatewayError } from '../errors.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { MAX_STATE_BYTES } from './limits.ts'
import type { StateKeys } from './state-keys.ts'

/** What a `requestState` of ours stands for. */
export type RequestState =
  /** The upstream keeps nothing either: its own state travels within ours. */
  | { readonly kind: 'upstream'; readonly state: string | undefined }
  /** The upstream waits on a node of this host. `round` counts how often the client was asked. */
  | { readonly kind: 'parked'; readonly node: string; readonly id: string; readonly round: number }

/** Members of params that differ between a request and its retry. */
const OF_THE_RETRY: ReadonlySet<string> = new Set(['_meta', 'inputResponses', 'requestState'])

/** The request that a state belongs to; authenticated with it, so that it opens on no other. */
function bindingOf({ principal, target, method, params = {} }: Call, upstream: Upstream, expiresAt: number): string {
  const salient = Object.fromEntries(Object.entries(params).filter(([name]) => !OF_THE_RETRY.has(name)))
  // What is nested too deep for the one form is taken as it came: a client repeats what it sent.
  const text = canonicalJson(salient) ?? JSON.stringify(salient)
  return JSON.stringify([
    'request-state',
    principal.workspaceId,
    principal.id,
    target.virtualServer ?? null,
    upstream.id,
    method,
    digestOf(text),
    expiresAt,
  ])
}

/** Seals a state for this call, to be opened by its retry until `expiresAt` (milliseconds since 1970). */
export function sealState(
  keys: StateKeys,
  call: Call,
  upstream: Upstream,
  state: RequestState,
  expiresAt: number,
): string {
  const { id, key } = keys.current()
  const plain = Buffer.from(JSON.stringify(state))
  return `${id}.${expiresAt.toString(36)}.${seal(key, plain, bindingOf(call, upstream, expiresAt))}`
}

/** Opens a state that came back. All that may be wrong with it but its age is one error: it says nothing to who probes. */
export function openState(
  keys: StateKeys,
  call: Call,
  upstream: Upstream,
  given: JsonValue,
  now: number,
): RequestState {
  const [id = '', expiry = '', ...rest] =
    typeof given === 'string' && given.length <= MAX_STATE_BYTES ? given.split('.') : []
  const sealed = rest.join('.')
  const expiresAt = Number.parseInt(expiry, 36)
  const key = keys.find(id)
  const opens = key !== undefined && expiresAt.toString(36) === expiry && isCanonical(rest.at(-1))
  const plain = opens ? unseal(key, sealed, bindingOf(call, upstream, expiresAt)) : undefined
  if (plain === undefined) {
    throw gatewayError(
      'STATE_INVALID',
      'Expected the `requestState` that this request was answered with, found another. Send the request again without it.',
    )
  }
  if (expiresAt > now) return readState(plain)
  throw gatewayError(
    'STATE_EXPIRED',
    'Expected a `requestState` that has not expired, found one that has. Send the request again without it.',
  )
}

/** Decoding base64 skips what does not belong there; a state that was changed in any way is refused. */
function isCanonical(text: string | undefined): boolean {
  return text !== undefined && Buffer.from(text, 'base64url').toString('base64url') === text
}

/** Only this host can have written what opened. */
function readState(plain: Buffer): RequestState {
  const value: JsonObject = JSON.parse(plain.toString('utf8'))
  const { kind, state, node, id, round } = value
  if (kind === 'parked' && typeof node === 'string' && typeof id === 'string' && typeof round === 'number') {
    return { kind, node, id, round }
  }
  return { kind: 'upstream', state: typeof state === 'string' ? state : undefined }
}
