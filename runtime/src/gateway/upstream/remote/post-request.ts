import { type JsonObject, NexusError } from '@nexus/plugin-api'
import { abortError } from '../../abort-error.ts'
import { gatewayError } from '../../errors.ts'
import { requestMessage } from '../../json-rpc.ts'
import type { ConnectionEvents, Exchange } from '../connection.ts'
import { readAnswerText } from '../../wire/read-answer-text.ts'
import type { RpcResult } from '../../wire/rpc-result.ts'
import { withProgressToken } from '../progress-tokens.ts'
import type { ServerQuestions } from '../server-questions.ts'
import { type Endpoint, postMessage } from './endpoint.ts'
import { createCollector, LINGER_MS } from './exchange.ts'
import type { EgressAnswer } from './http-egress.ts'
import { type HttpFailure, networkError, readFailure, statusError } from './http-error.ts'
import { readAnswer, type Resumption } from './read-answer.ts'

export interface PostedRequest {
  readonly endpoint: Endpoint
  readonly id: number
  readonly method: string
  readonly params: JsonObject | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly exchange: Exchange
  readonly events: ConnectionEvents
  readonly questions: ServerQuestions
  readonly reply: (message: JsonObject) => void
  /** Looks at the first answer, for example for a session id. */
  readonly onAnswer?: (answer: EgressAnswer) => void
  /** Decides what an HTTP error means; by default it ends the request. */
  readonly onFailure?: (failure: HttpFailure) => Error | undefined
  /** Requests under way, for whoever finds the server dead. */
  readonly transfers: Set<AbortController>
  /** Takes up a stream that ended without a result; absent when the era does not allow it. */
  readonly resume?: (lastEventId: string, signal: AbortSignal) => Promise<EgressAnswer>
}

const DEFAULT_RETRY_MS = 1_000
const MAX_RESUMPTIONS = 20

/** Sends one request over HTTP and resolves with its result, whichever way the server chose to answer. */
export async function postRequest(posted: PostedRequest): Promise<RpcResult> {
  const { endpoint, exchange, id } = posted
  if (exchange.signal.aborted) throw abortError(exchange.signal)
  const transfer = new AbortController()
  const stop = () => transfer.abort()
  exchange.signal.addEventListener('abort', stop, { once: true })
  posted.transfers.add(transfer)
  try {
    const message = requestMessage(id, posted.method, withProgressToken(posted.params, id))
    const answer = await postMessage(endpoint, message, posted.headers, transfer.signal)
    if (answer.status >= 300) throw await failureOf(posted, answer)
    posted.onAnswer?.(answer)
    return resultOf(answer, id) ?? (await collect(posted, answer, transfer))
  } catch (error) {
    if (exchange.signal.aborted) throw abortError(exchange.signal)
    const lost: unknown = transfer.signal.reason
    throw lost instanceof NexusError ? lost : error
  } finally {
    posted.transfers.delete(transfer)
    exchange.signal.removeEventListener('abort', stop)
  }
}

/** The common answer: nothing but the result, in one piece. */
function resultOf({ whole }: EgressAnswer, id: number): RpcResult | undefined {
  const answer = whole === undefined ? undefined : readAnswerText(whole)
  return answer?.id === id ? answer.result : undefined
}

async function failureOf({ endpoint, onFailure }: PostedRequest, answer: EgressAnswer): Promise<Error> {
  const failure = await readFailure(answer).catch((error: unknown) => {
    throw networkError(error, endpoint.label)
  })
  return onFailure?.(failure) ?? statusError(failure, endpoint.label)
}

async function collect(posted: PostedRequest, first: EgressAnswer, transfer: AbortController): Promise<RpcResult> {
  const { endpoint, id, params, exchange, events, questions, reply } = posted
  const collector = createCollector({ id, params, exchange, events, questions, reply })
  const read = async () => {
    const resumption: Resumption = { lastEventId: undefined, retryMs: undefined }
    await readAnswer(first, collector.receive, resumption, collector.receiveText)
    for (let round = 0; !collector.settled() && round < MAX_RESUMPTIONS; round += 1) {
      if (posted.resume === undefined || resumption.lastEventId === undefined) break
      await new Promise((resolve) => setTimeout(resolve, resumption.retryMs ?? DEFAULT_RETRY_MS))
      if (collector.settled()) return
      const next = await posted.resume(resumption.lastEventId, transfer.signal)
      if (next.status >= 300) throw await failureOf(posted, next)
      await readAnswer(next, collector.receive, resumption, collector.receiveText)
    }
    if (!collector.settled()) {
      const problem = `Expected an answer from ${endpoint.label}, found the stream ended without one.`
      collector.fail(gatewayError('UPSTREAM_DIED', problem))
    }
  }
  const reading = read().catch((error: unknown) => {
    if (!collector.settled()) collector.fail(networkError(error, endpoint.label))
  })
  try {
    return await collector.result
  } finally {
    const linger = setTimeout(() => transfer.abort(), LINGER_MS)
    void reading.then(() => clearTimeout(linger))
  }
}
