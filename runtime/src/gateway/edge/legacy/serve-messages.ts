import { gatewayError } from '../../errors.ts'
import { errorMessage, readMessage, type RpcMessage, type RpcRequest } from '../../json-rpc.ts'
import { MAX_BATCH } from '../../limits.ts'
import { BATCH_VERSIONS } from '../../protocol.ts'
import { type JsonText, jsonText } from '../../wire/result-text.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
import { toRpcError } from '../rpc-error.ts'
import { type Outlet, serveRequest } from './serve-request.ts'
import type { Session } from './session.ts'

/** What a POST carried. */
export interface Body {
  readonly messages: readonly RpcMessage[]
  readonly isBatch: boolean
}

/** The messages of a body: one, or a batch. */
export function readBody(body: unknown): Body {
  if (Array.isArray(body)) return { messages: readBatch(body), isBatch: true }
  const message = readMessage(body)
  if (message.kind === 'invalid') {
    throw gatewayError('MESSAGE_INVALID', `Invalid Request: expected a JSON-RPC message, found ${message.problem}.`)
  }
  return { messages: [message], isBatch: false }
}

function readBatch(body: readonly unknown[]): readonly RpcMessage[] {
  if (body.length === 0 || body.length > MAX_BATCH) {
    throw gatewayError('MESSAGE_INVALID', `Expected a batch of 1 to ${MAX_BATCH} messages, found ${body.length}.`)
  }
  const messages = body.map(readMessage)
  // The handshake decides whether there are batches at all, so it is never part of one.
  if (messages.some((message) => message.kind === 'request' && message.request.method === 'initialize')) {
    throw gatewayError('MESSAGE_INVALID', 'Expected initialize as a message of its own, found it in a batch.')
  }
  return messages
}

/** Refuses a batch in a session whose revision has none. */
export function checkBatch({ start }: Session, { isBatch }: Body): void {
  if (!isBatch || BATCH_VERSIONS.has(start.protocolVersion)) return
  throw gatewayError('MESSAGE_INVALID', `Expected one message: revision ${start.protocolVersion} has no batches.`)
}

/** The request to open a session, if that is what a body is. */
export function initializeOf({ messages }: Body): RpcRequest | undefined {
  const [only] = messages
  return only?.kind === 'request' && only.request.method === 'initialize' ? only.request : undefined
}

/** Takes in what needs no answer, and answers the rest in its order. */
export function serveMessages(
  context: EdgeContext,
  edge: EdgeRequest,
  session: Session,
  messages: readonly RpcMessage[],
  outlet: Outlet,
): Promise<readonly JsonText[]> {
  const answers: Promise<JsonText>[] = []
  for (const message of messages) {
    if (message.kind === 'request') answers.push(serveRequest(context, edge, session, message.request, outlet))
    else if (message.kind === 'invalid') {
      const error = gatewayError('MESSAGE_INVALID', `Expected a JSON-RPC message, found ${message.problem}.`)
      const refused = errorMessage(message.id ?? null, toRpcError(error, 'legacy', edge.requestId))
      answers.push(Promise.resolve(jsonText(refused)))
    } else takeIn(session, message)
  }
  return Promise.all(answers)
}

/** A notification or an answer of the client: nothing is sent back. */
function takeIn(session: Session, message: RpcMessage): void {
  if (message.kind === 'response') session.answered(message.response)
  else if (message.kind === 'notification' && message.notification.method === 'notifications/cancelled') {
    session.cancel(message.notification.params?.['requestId'], 'the client asked for it')
  }
}
