import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../errors.ts'
import { errorMessage, type RpcId, type RpcRequest } from '../json-rpc.ts'
import { RPC } from '../protocol.ts'
import { answerServer } from './answer-server.ts'
import type { Exchange } from './connection.ts'
import type { UpstreamMessage } from './upstream.ts'

/** Questions of one server that wait at once, for whichever clients. */
const MAX_WAITING = 256
/** Visits of URLs whose end a server may still tell of. */
const MAX_VISITS = 256

/** The requests of one server that wait for a client, so that the server can take them back. */
export class ServerQuestions {
  readonly #waiting = new Map<RpcId, AbortController>()
  /** Id of a URL elicitation → who was asked. */
  readonly #visits = new Map<string, Exchange>()

  /**
   * Puts a request to the client of the call that `owner` names, and hands the answer to `reply`; one taken back gets
   * none. Without an address it may have reached a client within another of its calls: when that one ends, the question
   * does not end with it.
   */
  async answer(
    request: RpcRequest,
    owner: () => Exchange | undefined,
    reply: (message: JsonObject) => void,
  ): Promise<void> {
    if (this.#waiting.size >= MAX_WAITING) {
      const message = `Expected at most ${MAX_WAITING} questions to wait, found as many already.`
      return reply(errorMessage(request.id, { code: RPC.internal, message }))
    }
    const withdrawal = new AbortController()
    this.#waiting.set(request.id, withdrawal)
    const tried = new Set<Exchange>()
    let answer: JsonObject | undefined
    while (answer === undefined) {
      const found = owner()
      const exchange = found === undefined || tried.has(found) ? undefined : found
      if (exchange !== undefined) tried.add(exchange)
      this.#remember(request, exchange)
      answer = await answerServer(request, exchange, withdrawal.signal)
    }
    if (this.#waiting.get(request.id) === withdrawal) this.#waiting.delete(request.id)
    if (!withdrawal.signal.aborted) reply(answer)
  }

  /** Whom a notification is for that names what it is about: the end of a visit goes to who was asked for it. */
  ownerOf({ method, params }: UpstreamMessage): Exchange | undefined {
    const visit = method === 'notifications/elicitation/complete' ? params?.['elicitationId'] : undefined
    return typeof visit === 'string' ? this.#visits.get(visit) : undefined
  }

  #remember({ params }: RpcRequest, exchange: Exchange | undefined): void {
    const visit = params?.['elicitationId']
    if (typeof visit !== 'string' || exchange === undefined) return
    const [oldest] = this.#visits.keys()
    if (oldest !== undefined && this.#visits.size >= MAX_VISITS) this.#visits.delete(oldest)
    this.#visits.set(visit, exchange)
  }

  /** `notifications/cancelled` of the server. */
  withdraw(params: JsonObject | undefined): void {
    const id = params?.['requestId']
    if (typeof id !== 'string' && typeof id !== 'number') return
    const reason = gatewayError('CALL_CANCELLED', 'Expected the server to wait for the answer, found it cancelled.')
    this.#waiting.get(id)?.abort(reason)
  }
}
