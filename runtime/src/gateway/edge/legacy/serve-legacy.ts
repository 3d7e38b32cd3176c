import { gatewayError } from '../../errors.ts'
import { errorMessage, readMessage, resultMessage, type RpcMessage, type RpcRequest } from '../../json-rpc.ts'
import { MAX_BATCH } from '../../limits.ts'
import { BATCH_VERSIONS, LEGACY_VERSIONS } from '../../protocol.ts'
import { type Answer, createAnswer, openEventStream, sendJson } from '../answer.ts'
import { type JsonText, jsonText } from '../../wire/result-text.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
import { toRpcError } from '../rpc-error.ts'
import { describeServer, readInitialize } from './initialize.ts'
import { serveRequest } from './serve-request.ts'
import type { SessionTable } from './session-table.ts'
import type { Session } from './session.ts'

export const SESSION_HEADER = 'mcp-session-id'

/** The session of a request: of this principal and this server, or none at all. */
export function sessionOf(sessions: SessionTable, { request, principal, target }: EdgeRequest): Session {
  const id = request.headers[SESSION_HEADER]
  if (typeof id !== 'string')
    throw gatewayError(
      'SESSION_MISSING',
      'Bad Request: expected an Mcp-Session-Id header, found none. Send initialize first.',
    )
  const session = sessions.get(id)
  if (session === undefined || !session.belongsTo(principal, target)) {
    throw gatewayError(
      'SESSION_UNKNOWN',
      'Session not found: expected a session of this caller. Send initialize again.',
    )
  }
  const version = request.headers['mcp-protocol-version']
  if (version !== undefined && !(typeof version === 'string' && LEGACY_VERSIONS.has(version))) {
    throw gatewayError(
      'VERSION_UNSUPPORTED',
      `Bad Request: expected a supported MCP-Protocol-Version, found another.`,
      { details: { supported: [...LEGACY_VERSIONS] } },
    )
  }
  session.touch()
  return session
}

async function serveInitialize(
  context: EdgeContext,
  sessions: SessionTable,
  edge: EdgeRequest,
  request: RpcRequest,
): Promise<void> {
  try {
    const start = readInitialize(edge, request)
    const described = await describeServer(context, edge, start)
    const session = sessions.open(start)
    createAnswer(edge.response, edge.request.headers.accept, { [SESSION_HEADER]: session.id }).end(
      jsonText(resultMessage(request.id, described)),
    )
  } catch (error) {
    sendJson(edge.response, 200, errorMessage(request.id, toRpcError(error, 'legacy', edge.requestId)))
  }
}

/** A notification or an answer of the client: nothing is sent back. */
function takeIn(session: Session, message: RpcMessage): void {
  if (message.kind === 'response') session.answered(message.response)
  else if (message.kind === 'notification' && message.notification.method === 'notifications/cancelled') {
    session.cancel(message.notification.params?.['requestId'])
  }
}

function readBatch(session: Session, body: readonly unknown[]): readonly RpcMessage[] {
  if (!BATCH_VERSIONS.has(session.start.protocolVersion)) {
    throw gatewayError(
      'MESSAGE_INVALID',
      `Expected one message: revision ${session.start.protocolVersion} has no batches.`,
    )
  }
  if (body.length === 0 || body.length > MAX_BATCH) {
    throw gatewayError('MESSAGE_INVALID', `Expected a batch of 1 to ${MAX_BATCH} messages, found ${body.length}.`)
  }
  return body.map(readMessage)
}

async function serveBatch(
  context: EdgeContext,
  edge: EdgeRequest,
  session: Session,
  messages: readonly RpcMessage[],
  answer: Answer,
): Promise<void> {
  const answers: Promise<JsonText>[] = []
  for (const message of messages) {
    if (message.kind === 'request') answers.push(serveRequest(context, edge, session, message.request, answer))
    else if (message.kind === 'invalid') {
      const error = gatewayError('MESSAGE_INVALID', `Expected a JSON-RPC message, found ${message.problem}.`)
      const refused = errorMessage(message.id ?? null, toRpcError(error, 'legacy', edge.requestId))
      answers.push(Promise.resolve(jsonText(refused)))
    } else takeIn(session, message)
  }
  if (answers.length === 0) edge.response.writeHead(202).end()
  else answer.endBatch(await Promise.all(answers))
}

/** Serves a POST of the legacy revisions. */
export async function servePost(
  context: EdgeContext,
  sessions: SessionTable,
  edge: EdgeRequest,
  body: unknown,
): Promise<void> {
  const { request, response } = edge
  if (Array.isArray(body)) {
    const session = sessionOf(sessions, edge)
    return serveBatch(context, edge, session, readBatch(session, body), createAnswer(response, request.headers.accept))
  }
  const message = readMessage(body)
  if (message.kind === 'invalid')
    throw gatewayError('MESSAGE_INVALID', `Invalid Request: expected a JSON-RPC message, found ${message.problem}.`)
  if (message.kind === 'request' && message.request.method === 'initialize')
    return serveInitialize(context, sessions, edge, message.request)
  const session = sessionOf(sessions, edge)
  if (message.kind !== 'request') {
    takeIn(session, message)
    response.writeHead(202).end()
    return
  }
  const answer = createAnswer(response, request.headers.accept)
  answer.end(await serveRequest(context, edge, session, message.request, answer))
  session.touch()
}

/** Serves GET: the stream of what the client did not ask for. */
export function serveGet(sessions: SessionTable, edge: EdgeRequest): void {
  const session = sessionOf(sessions, edge)
  const stream = openEventStream(edge.response, { [SESSION_HEADER]: session.id })
  session.attach(stream)
  edge.response.on('close', () => session.detach(stream))
}

/** Serves DELETE: the end of a session. */
export async function serveDelete(sessions: SessionTable, edge: EdgeRequest): Promise<void> {
  await sessions.close(sessionOf(sessions, edge))
  edge.response.writeHead(200).end()
}
