import { Readable } from 'node:stream'
import { errorCode } from '@nexus/plugin-api'
import type { NetworkGrant } from '../../grants/grant.ts'
import { brokerError, brokerErrors } from '../errors.ts'
import { MAX_REDIRECTS } from '../limits.ts'
import { type EgressTarget, checkTarget } from './check-target.ts'
import { decodeBody } from './decode-body.ts'
import type { Egress, EgressHead, EgressRequest, EgressResponse, EgressStream } from './egress.ts'
import { cleanHeaders, harmlessHeaders, readableHeaders } from './headers.ts'
import { type ResolveHost, createPinnedClient, resolveWithSystem } from './pinned-client.ts'
import { type ArrivingResponse, RequestFailure, type ResponseOptions, ResponseStream } from './response-stream.ts'

const redirects = new Set([301, 302, 303, 307, 308])

/** One attempt at one hop. */
interface Hop {
  readonly method: string
  readonly target: EgressTarget
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

/** Opens the way to the outside: checked, pinned and counted at every hop. */
export function createEgress(options: { readonly resolve?: ResolveHost } = {}): Egress {
  const resolve = options.resolve ?? resolveWithSystem
  // Two pools, so that a connection opened under a grant for private addresses never serves a request without it.
  const clients = { public: createPinnedClient(false, resolve), private: createPinnedClient(true, resolve) }
  const dispatch: Dispatch = ({ target, method, headers, body }, headTimeoutMs, answer) => {
    const { origin, path, grant } = target
    const client = grant.allowPrivateAddresses ? clients.private : clients.public
    const stream = new ResponseStream(answer)
    if (!answer.signal.aborted)
      stream.hold(client.dispatch({ origin, path, method, headers, body, headTimeoutMs }, stream))
    return stream.response
  }
  return {
    request: (request) => requestWhole(request, dispatch),
    stream: (request) => openStream(request, dispatch),
    [Symbol.asyncDispose]() {
      clients.public.destroy()
      clients.private.destroy()
      return Promise.resolve()
    },
  }
}

/** `headTimeoutMs`: 0 for none. */
type Dispatch = (hop: Hop, headTimeoutMs: number, options: ResponseOptions) => Promise<ArrivingResponse>

async function requestWhole(request: EgressRequest, dispatch: Dispatch): Promise<EgressResponse> {
  // One limit covers all hops and the body together.
  const timeout = AbortSignal.timeout(request.timeoutMs)
  const signal = AbortSignal.any([request.signal, timeout])
  const { maxBytes } = request
  try {
    const { head, response } = await exchange(request, 'gzip, br', (hop) =>
      dispatch(hop, 0, { signal, maxBytes, wantsWhole: () => false }),
    )
    const chunks: Uint8Array[] = []
    for await (const chunk of decodeBody(Readable.from(response.body), head.headers['content-encoding'], maxBytes)) {
      request.watch?.received(chunk.byteLength)
      chunks.push(chunk)
    }
    return { ...head, body: Buffer.concat(chunks) }
  } catch (error) {
    throw explain(error, request, timeout)
  }
}

const isPlainJson = (headers: ArrivingResponse['headers']): boolean => {
  const { 'content-type': type, 'content-encoding': encoding } = headers
  return typeof type === 'string' && type.startsWith('application/json') && encoding === undefined
}

async function openStream(request: EgressRequest, dispatch: Dispatch): Promise<EgressStream> {
  const { signal, maxBytes, timeoutMs, watch } = request
  try {
    const { head, response } = await exchange(request, 'identity', (hop) =>
      dispatch(hop, timeoutMs, { signal, maxBytes, wantsWhole: (_status, headers) => isPlainJson(headers) }),
    )
    const { whole } = response
    if (whole !== undefined) watch?.received(whole.byteLength)
    return {
      ...head,
      ...(whole === undefined ? {} : { whole }),
      // Made when somebody reads it: most answers are whole.
      get body() {
        return whole === undefined ? explained(decoded(response, request), request) : response.body
      },
      cancel: () => response.cancel(),
    }
  } catch (error) {
    throw explain(error, request, undefined)
  }
}

function decoded({ headers, body }: ArrivingResponse, { maxBytes }: EgressRequest): AsyncIterable<Uint8Array> {
  const encoding = headers['content-encoding']
  return encoding === undefined ? body : decodeBody(Readable.from(body), String(encoding), maxBytes)
}

async function* explained(body: AsyncIterable<Uint8Array>, request: EgressRequest): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      request.watch?.received(chunk.byteLength)
      yield chunk
    }
  } catch (error) {
    throw explain(error, request, undefined)
  }
}

interface Exchange {
  readonly head: EgressHead
  readonly response: ArrivingResponse
}

type Send = (hop: Hop) => Promise<ArrivingResponse>

/** Sends the request and follows redirects, each checked like the first URL. */
function exchange(request: EgressRequest, acceptEncoding: string, send: Send): Promise<Exchange> {
  const method = (request.method ?? 'GET').toUpperCase()
  const headers = {
    ...cleanHeaders(request.headers ?? NO_HEADERS),
    ...cleanHeaders(request.secretHeaders ?? NO_HEADERS),
  }
  headers['accept-encoding'] = acceptEncoding
  const hop: Hop = { method, target: firstTarget(request, method), headers, body: request.body }
  return sendHop(request, hop, send).then((response) =>
    isRedirect(response) ? follow(request, hop, response, send) : { head: headOf(hop, response), response },
  )
}

const NO_HEADERS = {}

function sendHop(request: EgressRequest, hop: Hop, send: Send): Promise<ArrivingResponse> {
  request.signal.throwIfAborted()
  request.watch?.sending(hop.target, hop.method, sizeOf(hop))
  return send(hop)
}

async function follow(request: EgressRequest, first: Hop, redirect: ArrivingResponse, send: Send): Promise<Exchange> {
  let hop = first
  let response = redirect
  for (let count = 0; isRedirect(response); count += 1) {
    response.cancel()
    if (count === MAX_REDIRECTS) {
      throw brokerError('NETWORK_FAILED', `Expected at most ${MAX_REDIRECTS} redirects, found more.`)
    }
    hop = nextHop(hop, response.status, String(response.headers['location']), request)
    response = await sendHop(request, hop, send)
  }
  return { head: headOf(hop, response), response }
}

function isRedirect({ status, headers }: ArrivingResponse): boolean {
  return status >= 300 && redirects.has(status) && typeof headers['location'] === 'string'
}

function headOf({ target }: Hop, { status, headers }: ArrivingResponse): EgressHead {
  return { status, headers: readableHeaders(headers), url: target.href }
}

/** Verdicts on first hops, as long as the grants they were judged by exist. Addresses are judged at each connection. */
const judged = new WeakMap<readonly NetworkGrant[], Map<string, EgressTarget>>()
const MAX_JUDGED = 32

function firstTarget({ url, grants }: EgressRequest, method: string): EgressTarget {
  const known = judged.get(grants) ?? new Map<string, EgressTarget>()
  judged.set(grants, known)
  const key = `${method} ${url}`
  const before = known.get(key)
  if (before !== undefined) return before
  const target = checkTarget(url, method, grants)
  if (known.size < MAX_JUDGED) known.set(key, target)
  return target
}

function nextHop(hop: Hop, status: number, location: string, request: EgressRequest): Hop {
  if (!URL.canParse(location, hop.target.url))
    throw brokerError('NETWORK_FAILED', 'Expected a redirect to a URL, found something else.')
  const becomesGet =
    status === 303 ? hop.method !== 'HEAD' : (status === 301 || status === 302) && hop.method === 'POST'
  const method = becomesGet ? 'GET' : hop.method
  const target = checkTarget(new URL(location, hop.target.url).href, method, request.grants)
  const sameOrigin = target.url.origin === hop.target.url.origin
  const body = becomesGet ? undefined : hop.body
  if (!sameOrigin && body !== undefined) {
    throw brokerError(
      'NETWORK_DENIED',
      `Expected no redirect that carries a body to another origin, found one to ${target.url.host}.`,
    )
  }
  const encoding = { 'accept-encoding': hop.headers['accept-encoding'] ?? 'identity' }
  const headers = sameOrigin
    ? withoutBodyHeaders(hop.headers, becomesGet)
    : { ...harmlessHeaders(hop.headers), ...encoding }
  return { method, target, headers, body }
}

function sizeOf({ target, headers, body }: Hop): number {
  let size = target.href.length + (body === undefined ? 0 : Buffer.byteLength(body))
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0)
  return size
}

function withoutBodyHeaders(
  headers: Readonly<Record<string, string>>,
  becomesGet: boolean,
): Readonly<Record<string, string>> {
  if (!becomesGet) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-')))
}

/** Turns whatever went wrong into one coded error that names no address and no header. */
function explain(error: unknown, request: EgressRequest, timeout: AbortSignal | undefined): Error {
  const own = findOwn(error)
  if (own !== undefined) return own
  if (request.signal.aborted)
    return brokerError('CALL_CANCELLED', 'The call was cancelled while it waited for the network.')
  if (timeout?.aborted === true) {
    return brokerError('NETWORK_TIMEOUT', `Expected an answer within ${request.timeoutMs} ms, found none.`, {
      details: { limit: 'timeoutMs', value: request.timeoutMs },
    })
  }
  const failure = error instanceof RequestFailure ? error : undefined
  const code = errorCode(failure?.cause ?? error)
  if (code === 'HEAD_TIMEOUT') {
    return brokerError('NETWORK_TIMEOUT', `Expected an answer within ${request.timeoutMs} ms, found none.`, {
      details: { limit: 'timeoutMs', value: request.timeoutMs },
    })
  }
  if (code === 'CONNECT_TIMEOUT') return brokerError('NETWORK_TIMEOUT', 'Expected a connection, found none in time.')
  return brokerError('NETWORK_FAILED', `Expected an HTTP answer, found ${code ?? 'a broken connection'}.`, {
    details: { sent: failure?.sent ?? true, ...(code === undefined ? {} : { reason: code }) },
  })
}

// A lookup's error may come wrapped; several addresses give an AggregateError.
function findOwn(error: unknown, depth = 0): Error | undefined {
  if (!(error instanceof Error) || depth > 3) return undefined
  const code = errorCode(error)
  if (code !== undefined && Object.hasOwn(brokerErrors, code)) return error
  if (error instanceof AggregateError)
    return error.errors.map((inner) => findOwn(inner, depth + 1)).find((inner) => inner !== undefined)
  return findOwn(error.cause, depth + 1)
}
