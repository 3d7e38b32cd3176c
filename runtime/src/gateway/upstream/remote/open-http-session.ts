import type { JsonObject } from '@nexus/plugin-api'
import { abortError } from '../../abort-error.ts'
import { gatewayError, upstreamRpcError } from '../../errors.ts'
import { notificationMessage, readMessage } from '../../json-rpc.ts'
import { LATEST_LEGACY } from '../../protocol.ts'
import type { Connection, ConnectionEvents, Exchange, Hello } from '../connection.ts'
import { INITIALIZE_PARAMS, readInitializeResult } from '../hello.ts'
import { drain, type Endpoint, postMessage } from './endpoint.ts'
import { answerServer } from './exchange.ts'
import { type EgressAnswer, headerOf } from './http-egress.ts'
import { type HttpFailure, networkError } from './http-error.ts'
import { keepStream } from './keep-stream.ts'
import { postRequest } from './post-request.ts'

/** Internal: the server forgot the session; the request has not run. */
const SESSION_LOST = gatewayError('UPSTREAM_DIED', 'Expected the server to know the session, found it forgotten.')

/** 404 by the specification; servers built on older SDKs say 400 and put the reason into the message. */
function isSessionLost({ status, rpc }: HttpFailure): boolean {
  return status === 404 || (status === 400 && rpc !== undefined && /session|initializ/i.test(rpc.message))
}

/** A session with a server of the legacy revisions over Streamable HTTP. */
export async function openHttpSession(
  endpoint: Endpoint,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  const life = new AbortController()
  const closed = Promise.withResolvers<Error>()
  let sessionId: string | undefined
  let protocolVersion = LATEST_LEGACY
  let lastId = 0
  let renewing: Promise<Hello> | undefined

  const end = (reason: Error) => {
    closed.resolve(reason)
    life.abort(reason)
  }
  const headers = (): Record<string, string> => ({
    'mcp-protocol-version': protocolVersion,
    ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
  })
  const tell = (message: JsonObject): void => {
    postMessage(endpoint, message, headers(), life.signal)
      .then(drain)
      .catch((error: unknown) => {
        if (!life.signal.aborted) end(networkError(error, endpoint.label))
      })
  }
  const get = async (lastEventId: string | undefined, until: AbortSignal): Promise<EgressAnswer> => {
    const resume: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const own = await endpoint.headers()
    const all = { ...own, accept: 'text/event-stream', ...headers(), ...resume }
    return endpoint.egress.request({ url: endpoint.url, method: 'GET', headers: all, signal: until })
  }
  const send = (
    method: string,
    params: JsonObject | undefined,
    exchange: Exchange,
    own: Record<string, string>,
    onAnswer?: (answer: EgressAnswer) => void,
  ) => {
    lastId += 1
    const id = lastId
    const sent = postRequest({
      endpoint,
      id,
      method,
      params,
      headers: own,
      exchange,
      events,
      reply: tell,
      resume: get,
      ...(onAnswer === undefined ? {} : { onAnswer }),
      onFailure: (failure) => (method !== 'initialize' && isSessionLost(failure) ? SESSION_LOST : undefined),
    })
    const cancel = () => tell(notificationMessage('notifications/cancelled', { requestId: id }))
    if (method !== 'initialize') exchange.signal.addEventListener('abort', cancel, { once: true })
    return sent.finally(() => exchange.signal.removeEventListener('abort', cancel))
  }
  const initialize = async (until: AbortSignal): Promise<Hello> => {
    sessionId = undefined
    const result = await send('initialize', INITIALIZE_PARAMS, { signal: until }, {}, (answer) => {
      sessionId = headerOf(answer, 'mcp-session-id')
    })
    const read = readInitializeResult(result)
    protocolVersion = read.protocolVersion
    await drain(
      await postMessage(endpoint, notificationMessage('notifications/initialized', undefined), headers(), until),
    )
    return read.hello
  }
  const onStreamValue = (value: unknown) => {
    const message = readMessage(value)
    if (message.kind === 'notification') events.notified(message.notification)
    else if (message.kind === 'request') void answerServer(message.request, undefined).then(tell)
  }

  const hello = await initialize(signal)
  void keepStream({
    label: endpoint.label,
    signal: life.signal,
    async open(lastEventId) {
      const answer = await get(lastEventId, life.signal)
      if (answer.status < 300) return answer
      await drain(answer)
      return undefined
    },
    onValue: onStreamValue,
    onLost: end,
  })

  return {
    hello,
    async request(method, params, exchange) {
      if (life.signal.aborted) throw abortError(life.signal)
      try {
        return await send(method, params, exchange, headers())
      } catch (error) {
        if (error !== SESSION_LOST) {
          if (upstreamRpcError(error) === undefined && isConnectionLoss(error)) end(error)
          throw error
        }
        renewing ??= initialize(life.signal).finally(() => (renewing = undefined))
        await renewing
        return send(method, params, exchange, headers())
      }
    },
    async close() {
      const leave = sessionId === undefined ? undefined : headers()
      end(gatewayError('UPSTREAM_CLOSED', `Expected ${endpoint.label} to stay, found it removed.`))
      if (leave === undefined) return
      const own = await endpoint.headers()
      const bye = {
        url: endpoint.url,
        method: 'DELETE',
        headers: { ...own, ...leave },
        signal: AbortSignal.timeout(1_000),
      } as const
      // The server forgets the session by itself when this courtesy does not arrive.
      await endpoint.egress.request(bye).then(drain, () => undefined)
    },
    closed: closed.promise,
  }
}

/** Whether an error means that the server is gone, not only this request. */
export function isConnectionLoss(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'UPSTREAM_DIED' || error.code === 'UPSTREAM_UNREACHABLE')
  )
}
