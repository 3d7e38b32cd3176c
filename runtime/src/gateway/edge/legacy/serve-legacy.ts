import { gatewayError } from '../../errors.ts'
import { errorMessage, resultMessage, type RpcRequest } from '../../json-rpc.ts'
import { jsonText } from '../../wire/result-text.ts'
import { createAnswer, sendJson } from '../answer.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
import { keepAccess } from '../keep-access.ts'
import { toRpcError } from '../rpc-error.ts'
import { readEventId } from './channel.ts'
import { SESSION_HEADER, sessionOf } from './find-session.ts'
import { describeServer, readInitialize } from './initialize.ts'
import { connect, PostAnswer } from './post-answer.ts'
import { checkBatch, initializeOf, readBody, serveMessages } from './serve-messages.ts'
import type { SessionTable } from './session-table.ts'

/** Serves a POST of the revisions with sessions. */
export async function servePost(
  context: EdgeContext,
  sessions: SessionTable,
  edge: EdgeRequest,
  body: unknown,
): Promise<void> {
  const { request, response, dropped: onDropped } = edge
  const read = readBody(body)
  const initialize = initializeOf(read)
  if (initialize !== undefined) return serveInitialize(context, sessions, edge, initialize)
  const session = sessionOf(sessions, edge)
  checkBatch(session, read)
  const { messages, isBatch } = read
  const requestIds = messages.flatMap((message) => (message.kind === 'request' ? [message.request.id] : []))
  const answer = new PostAnswer({ session, response, accept: request.headers.accept, requestIds, onDropped })
  const answers = await serveMessages(context, edge, session, messages, answer)
  const [first] = answers
  if (first === undefined) answer.endEmpty()
  else if (isBatch) answer.endBatch(answers)
  else answer.end(first)
  session.touch()
}

async function serveInitialize(
  context: EdgeContext,
  sessions: SessionTable,
  edge: EdgeRequest,
  request: RpcRequest,
): Promise<void> {
  try {
    const start = readInitialize(edge, request, 'streamable')
    const described = await describeServer(context, edge, start)
    const session = sessions.open(start)
    createAnswer(edge.response, edge.request.headers.accept, { [SESSION_HEADER]: session.id }).end(
      jsonText(resultMessage(request.id, described)),
    )
  } catch (error) {
    sendJson(edge.response, 200, errorMessage(request.id, toRpcError(error, 'legacy', edge.requestId)))
  }
}

/** Serves GET: the stream of what the client did not ask for, or a lost stream from where the client saw its last event. */
export function serveGet(sessions: SessionTable, edge: EdgeRequest): void {
  const { request, response, dropped: onDropped } = edge
  const session = sessionOf(sessions, edge)
  const headers = { [SESSION_HEADER]: session.id }
  keepAccess(edge)
  const lastEventId = request.headers['last-event-id']
  if (lastEventId === undefined) return connect(session.streams.notices, response, { headers, onDropped })
  const place = typeof lastEventId === 'string' ? readEventId(lastEventId) : undefined
  const channel = place === undefined ? undefined : session.streams.get(place.channel)
  if (place === undefined || channel === undefined) {
    throw gatewayError(
      'EVENT_UNKNOWN',
      'Expected the id of an event whose stream is kept, found another. Open a stream without Last-Event-ID.',
    )
  }
  connect(channel, response, { headers, onDropped, after: place.sequence })
}

/** Serves DELETE: the end of a session. */
export async function serveDelete(sessions: SessionTable, edge: EdgeRequest): Promise<void> {
  await sessions.close(sessionOf(sessions, edge))
  edge.response.writeHead(200).end()
}
