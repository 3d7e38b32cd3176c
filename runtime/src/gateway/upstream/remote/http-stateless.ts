import type { JsonObject } from '@nexus/plugin-api'
import { abortError } from '../../abort-error.ts'
import { traceHeaders } from '../../bridge/trace-context.ts'
import { gatewayError, upstreamAnsweredError, upstreamRpcError } from '../../errors.ts'
import { isJsonObject, readMessage, requestMessage } from '../../json-rpc.ts'
import { MODERN_VERSION, NAME_PARAMETER, RPC } from '../../protocol.ts'
import { RpcResult } from '../../wire/rpc-result.ts'
import type { Connection, ConnectionEvents, Exchange, Hello } from '../connection.ts'
import { withEnvelope } from '../envelope.ts'
import { readDiscoverResult, tellsOfChanges } from '../hello.ts'
import { ServerQuestions } from '../server-questions.ts'
import { drain, type Endpoint, postMessage } from './endpoint.ts'
import { isConnectionLoss } from './http-error.ts'
import { keepStream } from './keep-stream.ts'
import { areParamHeadersValid, encodeHeaderValue, type ParamHeader, paramHeadersOf, valueAt } from './param-headers.ts'
import { postRequest } from './post-request.ts'

function headersFor(method: string, params: JsonObject, mirrored: readonly ParamHeader[]): Record<string, string> {
  const headers: Record<string, string> = {
    ...traceHeaders(params),
    'mcp-protocol-version': MODERN_VERSION,
    'mcp-method': method,
  }
  const parameter = NAME_PARAMETER.get(method)
  const name = parameter === undefined ? undefined : params[parameter]
  if (typeof name === 'string') headers['mcp-name'] = encodeHeaderValue(name)
  for (const { path, header } of mirrored) {
    const value = valueAt(params, path)
    if (value !== undefined) headers[header] = encodeHeaderValue(value)
  }
  return headers
}

function namesOurVersion(error: unknown): boolean {
  const rpc = upstreamRpcError(error)
  const supported = rpc?.code === RPC.unsupportedVersion && isJsonObject(rpc.data) ? rpc.data['supported'] : undefined
  return Array.isArray(supported) && supported.includes(MODERN_VERSION)
}

/** A server of the modern revision over HTTP: no session, each request stands alone. */
class HttpStateless {
  readonly #endpoint: Endpoint
  readonly #events: ConnectionEvents
  readonly #life = new AbortController()
  readonly #transfers = new Set<AbortController>()
  readonly #questions = new ServerQuestions()
  readonly #closed = Promise.withResolvers<Error>()
  readonly #mirrored = new Map<string, readonly ParamHeader[]>()
  readonly #watched = new Set<string>()
  #listening = new AbortController()
  #lastId = 0

  constructor(endpoint: Endpoint, events: ConnectionEvents) {
    this.#endpoint = endpoint
    this.#events = events
  }

  get closed(): Promise<Error> {
    return this.#closed.promise
  }

  async discover(signal: AbortSignal): Promise<Hello> {
    const ask = () => this.#send('server/discover', undefined, { signal })
    // A server that takes this revision for unknown and names it in the same breath is asked once more.
    const result = await ask().catch((error: unknown) => (namesOurVersion(error) ? ask() : Promise.reject(error)))
    const { hello, versions } = readDiscoverResult(result.value())
    if (versions.includes(MODERN_VERSION)) return hello
    const found = versions.join(', ').slice(0, 200)
    throw gatewayError('UPSTREAM_PROTOCOL', `Expected a server of revision ${MODERN_VERSION}, found ${found}.`)
  }

  async request(method: string, params: JsonObject | undefined, exchange: Exchange): Promise<RpcResult> {
    if (this.#life.signal.aborted) throw abortError(this.#life.signal)
    if (method === 'resources/subscribe' || method === 'resources/unsubscribe') {
      this.#watch(params?.['uri'], method === 'resources/subscribe')
      return RpcResult.of({})
    }
    try {
      const result = await this.#send(method, params, exchange)
      return method === 'tools/list' ? this.#rememberTools(result) : result
    } catch (error) {
      if (isConnectionLoss(error)) this.#end(error)
      throw error
    }
  }

  close(): Promise<void> {
    this.#end(gatewayError('UPSTREAM_CLOSED', `Expected ${this.#endpoint.label} to stay, found it removed.`))
    return Promise.resolve()
  }

  /** Opens the stream of changes; a new one takes the place of the last when the wishes change. */
  listen(): void {
    this.#listening.abort()
    const listening = new AbortController()
    this.#listening = listening
    const signal = AbortSignal.any([listening.signal, this.#life.signal])
    this.#lastId += 1
    const notifications = {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true,
      ...(this.#watched.size === 0 ? {} : { resourceSubscriptions: [...this.#watched] }),
    }
    const params = withEnvelope({ notifications }, {})
    const message = requestMessage(this.#lastId, 'subscriptions/listen', params)
    const headers = headersFor('subscriptions/listen', params, [])
    void keepStream({
      label: this.#endpoint.label,
      signal,
      open: async () => {
        const answer = await postMessage(this.#endpoint, message, headers, signal)
        if (answer.status < 300) return answer
        await drain(answer)
        return undefined
      },
      onValue: (value) => {
        const read = readMessage(value)
        if (read.kind === 'notification') this.#events.notified(read.notification)
        else if (read.kind === 'response' && read.response.error !== undefined) listening.abort()
      },
      onLost: (reason) => this.#end(reason),
    })
  }

  #watch(uri: unknown, wanted: boolean): void {
    if (typeof uri !== 'string' || this.#watched.has(uri) === wanted) return
    if (wanted) this.#watched.add(uri)
    else this.#watched.delete(uri)
    this.listen()
  }

  lose(reason: Error): void {
    this.#end(reason)
    for (const transfer of this.#transfers) transfer.abort(reason)
  }

  #end(reason: Error): void {
    this.#closed.resolve(reason)
    this.#life.abort(reason)
    this.#listening.abort()
  }

  /** The list without tools whose headers cannot be sent as their schema wants them. */
  #rememberTools(result: RpcResult): RpcResult {
    const tools = result.get('tools')
    if (!Array.isArray(tools)) return result
    const usable = tools.filter((tool) => !isJsonObject(tool) || areParamHeadersValid(tool))
    for (const tool of usable) {
      if (!isJsonObject(tool) || typeof tool['name'] !== 'string') continue
      const headers = paramHeadersOf(tool)
      if (headers.length > 0) this.#mirrored.set(tool['name'], headers)
      else this.#mirrored.delete(tool['name'])
    }
    return usable.length === tools.length ? result : RpcResult.of({ ...result.value(), tools: usable })
  }

  #send(method: string, params: JsonObject | undefined, exchange: Exchange): Promise<RpcResult> {
    this.#lastId += 1
    const full = withEnvelope(params, exchange)
    const name = full['name']
    const mirrored = method === 'tools/call' && typeof name === 'string' ? this.#mirrored.get(name) : undefined
    return postRequest({
      endpoint: this.#endpoint,
      id: this.#lastId,
      method,
      params: full,
      headers: headersFor(method, full, mirrored ?? []),
      exchange,
      events: this.#events,
      transfers: this.#transfers,
      questions: this.#questions,
      // Servers of this revision send no requests.
      reply: () => undefined,
      onFailure: ({ status, rpc }) =>
        rpc === undefined || status === 401 || status === 403 ? undefined : upstreamAnsweredError(rpc),
    })
  }
}

/** Asks the server what it is, and listens for changes where it tells of them. */
export async function openHttpStateless(
  endpoint: Endpoint,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  const server = new HttpStateless(endpoint, events)
  const hello = await server.discover(signal)
  if (tellsOfChanges(hello)) server.listen()
  return {
    hello,
    request: (method, params, exchange) => server.request(method, params, exchange),
    close: () => server.close(),
    lose: (reason) => server.lose(reason),
    closed: server.closed,
  }
}
