import type { JsonObject } from '@nexus/plugin-api'
import { abortError } from '../../abort-error.ts'
import { gatewayError, upstreamAnsweredError } from '../../errors.ts'
import { isJsonObject, metaOf, readMessage, requestMessage } from '../../json-rpc.ts'
import {
  META_CLIENT_CAPABILITIES,
  META_CLIENT_INFO,
  META_LOG_LEVEL,
  MODERN_VERSION,
  NAME_PARAMETER,
} from '../../protocol.ts'
import type { Connection, ConnectionEvents, Exchange, Hello } from '../connection.ts'
import { readDiscoverResult } from '../hello.ts'
import { HOST_ENVELOPE } from '../open-stdio-connection.ts'
import { drain, type Endpoint, postMessage } from './endpoint.ts'
import { keepStream } from './keep-stream.ts'
import { isConnectionLoss } from './open-http-session.ts'
import { encodeHeaderValue, type ParamHeader, paramHeadersOf, valueAt } from './param-headers.ts'
import { postRequest } from './post-request.ts'

function withEnvelope(params: JsonObject | undefined, exchange: Exchange): JsonObject {
  const { client } = exchange
  const own: JsonObject =
    client === undefined
      ? {}
      : {
          [META_CLIENT_CAPABILITIES]: client.capabilities,
          ...(client.info === undefined ? {} : { [META_CLIENT_INFO]: client.info }),
          ...(client.logLevel === undefined ? {} : { [META_LOG_LEVEL]: client.logLevel }),
        }
  return { ...params, _meta: { ...HOST_ENVELOPE, ...own, ...metaOf(params) } }
}

function headersFor(method: string, params: JsonObject, mirrored: readonly ParamHeader[]): Record<string, string> {
  const headers: Record<string, string> = { 'mcp-protocol-version': MODERN_VERSION, 'mcp-method': method }
  const parameter = NAME_PARAMETER.get(method)
  const name = parameter === undefined ? undefined : params[parameter]
  if (typeof name === 'string') headers['mcp-name'] = encodeHeaderValue(name)
  for (const { path, header } of mirrored) {
    const value = valueAt(params, path)
    if (value !== undefined) headers[header] = encodeHeaderValue(value)
  }
  return headers
}

/** A server of the modern revision over HTTP: no session, each request stands alone. */
export async function openHttpStateless(
  endpoint: Endpoint,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  const life = new AbortController()
  const closed = Promise.withResolvers<Error>()
  const mirrored = new Map<string, readonly ParamHeader[]>()
  const watched = new Set<string>()
  let listening = new AbortController()
  let lastId = 0

  const end = (reason: Error) => {
    closed.resolve(reason)
    life.abort(reason)
    listening.abort()
  }
  const send = (method: string, params: JsonObject | undefined, exchange: Exchange) => {
    lastId += 1
    const full = withEnvelope(params, exchange)
    const name = full['name']
    const tool = method === 'tools/call' && typeof name === 'string' ? mirrored.get(name) : undefined
    return postRequest({
      endpoint,
      id: lastId,
      method,
      params: full,
      headers: headersFor(method, full, tool ?? []),
      exchange,
      events,
      // Servers of this revision send no requests.
      reply: () => undefined,
      onFailure: ({ status, rpc }) =>
        rpc === undefined || status === 401 || status === 403 ? undefined : upstreamAnsweredError(rpc),
    })
  }
  const rememberTools = (result: JsonObject) => {
    const tools = result['tools']
    if (!Array.isArray(tools)) return
    for (const tool of tools) {
      if (!isJsonObject(tool) || typeof tool['name'] !== 'string') continue
      const headers = paramHeadersOf(tool)
      if (headers.length > 0) mirrored.set(tool['name'], headers)
      else mirrored.delete(tool['name'])
    }
  }
  const listen = () => {
    listening.abort()
    listening = new AbortController()
    const until = AbortSignal.any([listening.signal, life.signal])
    lastId += 1
    const notifications = {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true,
      ...(watched.size === 0 ? {} : { resourceSubscriptions: [...watched] }),
    }
    const params = withEnvelope({ notifications }, { signal: until })
    const message = requestMessage(lastId, 'subscriptions/listen', params)
    void keepStream({
      label: endpoint.label,
      signal: until,
      async open() {
        const answer = await postMessage(endpoint, message, headersFor('subscriptions/listen', params, []), until)
        if (answer.status < 300) return answer
        await drain(answer)
        return undefined
      },
      onValue(value) {
        const read = readMessage(value)
        if (read.kind === 'notification') events.notified(read.notification)
        else if (read.kind === 'response' && read.response.error !== undefined) listening.abort()
      },
      onLost: end,
    })
  }
  const watch = (method: string, params: JsonObject | undefined): JsonObject => {
    const uri = params?.['uri']
    if (typeof uri === 'string' && watched.has(uri) !== (method === 'resources/subscribe')) {
      if (method === 'resources/subscribe') watched.add(uri)
      else watched.delete(uri)
      listen()
    }
    return {}
  }

  const hello = await discover(send, signal)
  if (hello.listChanged) listen()

  return {
    hello: hello.hello,
    async request(method, params, exchange) {
      if (life.signal.aborted) throw abortError(life.signal)
      if (method === 'resources/subscribe' || method === 'resources/unsubscribe') return watch(method, params)
      try {
        const result = await send(method, params, exchange)
        if (method === 'tools/list') rememberTools(result)
        return result
      } catch (error) {
        if (isConnectionLoss(error)) end(error)
        throw error
      }
    },
    close() {
      end(gatewayError('UPSTREAM_CLOSED', `Expected ${endpoint.label} to stay, found it removed.`))
      return Promise.resolve()
    },
    closed: closed.promise,
  }
}

type Send = (method: string, params: JsonObject | undefined, exchange: Exchange) => Promise<JsonObject>

async function discover(
  send: Send,
  signal: AbortSignal,
): Promise<{ readonly hello: Hello; readonly listChanged: boolean }> {
  const { hello, versions } = readDiscoverResult(await send('server/discover', undefined, { signal }))
  if (!versions.includes(MODERN_VERSION)) {
    throw gatewayError(
      'UPSTREAM_PROTOCOL',
      `Expected a server of revision ${MODERN_VERSION}, found ${versions.join(', ').slice(0, 200)}.`,
    )
  }
  const listChanged = ['tools', 'prompts', 'resources'].some((kind) => {
    const capability = hello.capabilities[kind]
    return isJsonObject(capability) && capability['listChanged'] === true
  })
  return { hello, listChanged }
}
