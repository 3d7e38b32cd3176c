import type { JsonObject } from '@nexus/plugin-api'
import type { Target } from '../../call.ts'
import { gatewayError } from '../../errors.ts'
import { errorMessage, resultMessage, type RpcRequest } from '../../json-rpc.ts'
import { INTRODUCE_MS } from '../../limits.ts'
import { type JsonText, jsonText } from '../../wire/result-text.ts'
import { onGone, openEventStream } from '../answer.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
import { keepAccess } from '../keep-access.ts'
import { findSession } from '../legacy/find-session.ts'
import { describeServer, readInitialize } from '../legacy/initialize.ts'
import { type Body, checkBatch, initializeOf, readBody, serveMessages } from '../legacy/serve-messages.ts'
import type { Outlet } from '../legacy/serve-request.ts'
import type { SessionTable } from '../legacy/session-table.ts'
import type { Session } from '../legacy/session.ts'
import { toRpcError } from '../rpc-error.ts'

/** The revision that this transport belongs to; what a client speaks until it has said otherwise. */
const OWN_VERSION = '2024-11-05'

function messagesPath({ virtualServer }: Target, sessionId: string): string {
  const below = virtualServer === undefined ? '' : `/v/${virtualServer}`
  return `${below}/messages?sessionId=${sessionId}`
}

/**
 * Serves GET of the HTTP+SSE transport: a session that lives as long as this stream. Its first event says where to POST;
 * everything for the client goes over the stream.
 */
export function serveSseStream(sessions: SessionTable, edge: EdgeRequest): void {
  const { principal, target, response } = edge
  const session = sessions.open({
    principal,
    target,
    door: 'sse',
    protocolVersion: OWN_VERSION,
    capabilities: {},
    info: undefined,
  })
  const stream = openEventStream(response, {}, edge.dropped)
  stream.sendEvent('endpoint', messagesPath(target, session.id))
  session.streams.notices.attach(stream)
  keepAccess(edge)
  const patience = setTimeout(() => {
    if (!session.isIntroduced()) stream.end()
  }, INTRODUCE_MS)
  patience.unref()
  onGone(response, () => {
    clearTimeout(patience)
    void sessions.close(session)
  })
}

/** Serves POST of the HTTP+SSE transport: the message is taken here and answered over the stream. */
export function serveSseMessage(context: EdgeContext, sessions: SessionTable, edge: EdgeRequest, body: unknown): void {
  const { request, response } = edge
  const id = new URLSearchParams(request.url?.split('?', 2)[1]).get('sessionId')
  const read = readBody(body)
  const session = findSession(sessions, edge, id ?? undefined, 'sse')
  checkBatch(session, read)
  response.writeHead(202).end()
  void answer(context, edge, session, read)
    .then((answers) => {
      for (const text of answers) session.streams.notices.send(text)
      session.touch()
    })
    .catch((error: unknown) => {
      // Each message answers for its own failure; what fails beyond that ends the conversation, not the host.
      edge.dropped(error)
      void sessions.close(session)
    })
}

async function answer(
  context: EdgeContext,
  edge: EdgeRequest,
  session: Session,
  read: Body,
): Promise<readonly JsonText[]> {
  const initialize = initializeOf(read)
  if (initialize !== undefined) return [jsonText(await introduce(context, edge, session, initialize))]
  const outlet: Outlet = { canStream: true, send: (message) => session.streams.notices.send(jsonText(message)) }
  return serveMessages(context, edge, session, read.messages, outlet)
}

async function introduce(
  context: EdgeContext,
  edge: EdgeRequest,
  session: Session,
  request: RpcRequest,
): Promise<JsonObject> {
  try {
    if (session.isIntroduced()) {
      throw gatewayError('MESSAGE_INVALID', 'Expected initialize once, found it again. Open another stream instead.')
    }
    const start = readInitialize(edge, request, 'sse')
    const described = await describeServer(context, edge, start)
    session.introduce(start)
    return resultMessage(request.id, described)
  } catch (error) {
    return errorMessage(request.id, toRpcError(error, 'legacy', edge.requestId))
  }
}
