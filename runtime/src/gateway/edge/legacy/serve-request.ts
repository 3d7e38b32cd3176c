import { withTraceContext } from '../../bridge/trace-context.ts'
import type { Call } from '../../call.ts'
import { errorMessage, notificationMessage, resultMessage, type RpcRequest } from '../../json-rpc.ts'
import { route } from '../../router/router.ts'
import { type JsonText, jsonText, resultText } from '../../wire/result-text.ts'
import type { Answer } from '../answer.ts'
import { openCallScope } from '../call-scope.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
import { passesLogLevel } from '../log-filter.ts'
import { toRpcError } from '../rpc-error.ts'
import { SESSION_METHODS } from './session-methods.ts'
import type { Session } from './session.ts'

/** Takes what is said before the result. */
export type Outlet = Pick<Answer, 'send' | 'canStream'>

/** Answers one request of a session with the message to send back. */
export async function serveRequest(
  context: EdgeContext,
  edge: EdgeRequest,
  session: Session,
  request: RpcRequest,
  outlet: Outlet,
): Promise<JsonText> {
  const requestId = edge.requestId
  using life = new DisposableStack()
  const scope = life.use(openCallScope())
  try {
    life.use(session.begin(request.id, request.method, scope))
    const { signal } = scope
    const view = async () => context.viewOf(await context.select(edge.target, edge.principal))
    const own = SESSION_METHODS.get(request.method)
    if (own !== undefined)
      return jsonText(resultMessage(request.id, await own(context, session, request.params, view, signal)))
    const call: Call = {
      era: 'legacy',
      principal: edge.principal,
      target: edge.target,
      requestId,
      method: request.method,
      params: withTraceContext(request.params, edge.request.headers),
      client: session.client(),
      signal,
      notify(message) {
        if (!passesLogLevel(message, session.logLevel())) return
        outlet.send(notificationMessage(message.method, message.params))
      },
      ask: outlet.canStream
        ? (message, withdrawn) => session.ask(message, eitherOf(signal, withdrawn), (sent) => outlet.send(sent))
        : undefined,
    }
    return resultText(request.id, await route(context.doors, call, view))
  } catch (error) {
    return jsonText(errorMessage(request.id, toRpcError(error, 'legacy', requestId)))
  }
}

function eitherOf(signal: AbortSignal, withdrawn: AbortSignal | undefined): AbortSignal {
  return withdrawn === undefined ? signal : AbortSignal.any([signal, withdrawn])
}
