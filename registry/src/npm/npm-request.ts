import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Actor } from '../accounts/actor.ts'
import { authenticate } from '../accounts/authenticate.ts'
import { registryError } from '../errors.ts'
import type { Caller } from '../http/caller.ts'
import type { RegistryStore } from '../store/open-store.ts'

/** One request of an npm client on its way to a handler. */
export interface NpmRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly caller: Caller
  /** Who calls; `undefined` without a token. Fails for a token that is not valid. Asked once. */
  actor(): Promise<Actor | undefined>
}

/** What a handler answers. Bytes and streams it sends itself and answers nothing. */
export interface NpmAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body: unknown
}

export type NpmHandler = (input: NpmRequest) => Promise<NpmAnswer | undefined>

const BEARER = /^Bearer ([\x21-\x7e]{16,200})$/i

/** Reads the token of a request once, however often it is asked for. */
export function createActorOf(
  store: RegistryStore,
  request: IncomingMessage,
  caller: Caller,
  adminToken: string | undefined,
): () => Promise<Actor | undefined> {
  let found: Promise<Actor | undefined> | undefined
  return () => {
    found ??= identify(store, request, caller, adminToken)
    return found
  }
}

async function identify(
  store: RegistryStore,
  request: IncomingMessage,
  { address, otp }: Caller,
  adminToken: string | undefined,
): Promise<Actor | undefined> {
  const { authorization } = request.headers
  if (authorization === undefined || authorization === '') return undefined
  const token = BEARER.exec(authorization)?.[1]
  const actor = token === undefined ? undefined : await authenticate(store, { token, address, otp }, adminToken)
  if (actor === undefined) throw unauthenticated()
  return actor
}

/** Whoever calls, with a token; refuses a request without. */
export async function requireActor(input: NpmRequest): Promise<Actor> {
  const actor = await input.actor()
  if (actor === undefined) throw unauthenticated()
  return actor
}

/** The account that calls; refuses tokens of publishers, workflows and the registry's admin. */
export async function requireAccount(input: NpmRequest): Promise<Extract<Actor, { kind: 'account' }>> {
  const actor = await requireActor(input)
  if (actor.kind === 'account') return actor
  throw registryError('FORBIDDEN', 'Expected a token of an account, found one of a publisher or workflow.')
}

/** A parameter that the route's pattern has. */
export function param(input: NpmRequest, name: string): string {
  const value = input.params[name]
  if (value === undefined) throw new TypeError(`Expected the pattern to have :${name}.`)
  return value
}

function unauthenticated() {
  return registryError(
    'UNAUTHENTICATED',
    'Expected a valid token, found none, or one that is unknown, expired or revoked. Run `npm login`.',
  )
}
