import { withTraceContext } from '../../bridge/trace-context.ts'
import type { Call } from '../../call.ts'
import { errorMessage, notificationMessage, type RpcRequest } from '../../json-rpc.ts'
import { MODERN_VERSIONS } from '../../protocol.ts'
import { isRouted, methodUnknown, route } from '../../router/router.ts'
import { RpcResult } from '../../wire/rpc-result.ts'
import { jsonText, resultText } from '../../wire/result-text.ts'
import { type Answer, createAnswer, onGone } from '../answer.ts'
import { openCallScope } from '../call-scope.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
import { passesLogLevel } from '../log-filter.ts'
import { modernStatus, toRpcError } from '../rpc-error.ts'
import { serverCapabilities } from '../server-identity.ts'
import { checkEnvelope, checkParamHeaders, type Envelope } from './check-envelope.ts'
import { modernMembers } from './finish-result.ts'
import { serveListen } from './serve-listen.ts'

/** Answers one stateless request. Everything it needs is in the request. */
export async function serveModern(context: EdgeContext, edge: EdgeRequest, request: RpcRequest): Promise<void> {
  const answer = createAnswer(edge.response, edge.request.headers.accept, {}, edge.dropped)
  try {
    const envelope = checkEnvelope(edge.request.headers, request)
    if (request.method === 'subscriptions/listen') return await serveListen(context, edge, request, envelope)
    if (request.method !== 'server/discover' && !isRouted(request.method)) throw methodUnknown(request.method)
    const result = await (request.method === 'server/discover'
      ? discover(context, edge)
      : serveCall(context, edge, request, envelope, answer))
    answer.end(resultText(request.id, result, modernMembers(request.method, result)))
  } catch (error) {
    answer.end(jsonText(errorMessage(request.id, toRpcError(error, 'modern', edge.requestId))), modernStatus(error))
  }
}

async function discover(context: EdgeContext, { target, principal }: EdgeRequest): Promise<RpcResult> {
  const view = await context.viewOf(await context.select(target, principal))
  return RpcResult.of({
    supportedVersions: MODERN_VERSIONS,
    capabilities: serverCapabilities(view),
    ...(view.instructions === undefined ? {} : { instructions: view.instructions }),
  })
}

async function serveCall(
  context: EdgeContext,
  edge: EdgeRequest,
  request: RpcRequest,
  envelope: Envelope,
  answer: Answer,
): Promise<RpcResult> {
  const { principal, target, requestId, response } = edge
  const selection = await context.select(target, principal)
  using scope = openCallScope()
  // The era has no cancel message: a client cancels by closing the connection.
  const gone = () => scope.cancel('the client closed the connection')
  onGone(response, gone)
  try {
    const call: Call = {
      era: 'modern',
      principal,
      target,
      requestId,
      method: request.method,
      params: withTraceContext(request.params, edge.request.headers),
      client: {
        key: principal.id,
        principalId: principal.id,
        era: 'modern',
        capabilities: envelope.capabilities,
        info: envelope.info,
        logLevel: envelope.logLevel,
      },
      signal: scope.signal,
      notify(message) {
        if (passesLogLevel(message, envelope.logLevel)) answer.send(notificationMessage(message.method, message.params))
      },
      ask: undefined,
    }
    return await route(context.doors, call, async () => {
      const view = await context.viewOf(selection)
      const name = request.method === 'tools/call' ? request.params?.['name'] : undefined
      const tool = typeof name === 'string' ? view.toolByName.get(name) : undefined
      if (tool !== undefined && tool.paramHeaders.length > 0)
        checkParamHeaders(edge.request.headers, request.params, tool.paramHeaders)
      return view
    })
  } finally {
    response.off('close', gone)
  }
}
