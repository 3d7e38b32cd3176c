import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../errors.ts'
import type { RpcId, RpcRequest } from '../json-rpc.ts'
import { answerServer } from './answer-server.ts'
import type { Exchange } from './connection.ts'

/** The requests of one server that wait for a client, so that the server can take them back. */
export class ServerQuestions {
  readonly #waiting = new Map<RpcId, AbortController>()

  /** Puts a request to the client of `exchange` and hands the answer to `reply`; one taken back gets none. */
  async answer(
    request: RpcRequest,
    exchange: Exchange | undefined,
    reply: (message: JsonObject) => void,
  ): Promise<void> {
    const withdrawal = new AbortController()
    this.#waiting.set(request.id, withdrawal)
    const answer = await answerServer(request, exchange, withdrawal.signal)
    if (this.#waiting.get(request.id) === withdrawal) this.#waiting.delete(request.id)
    if (!withdrawal.signal.aborted) reply(answer)
  }

  /** `notifications/cancelled` of the server. */
  withdraw(params: JsonObject | undefined): void {
    const id = params?.['requestId']
    if (typeof id !== 'string' && typeof id !== 'number') return
    const reason = gatewayError('CALL_CANCELLED', 'Expected the server to wait for the answer, found it cancelled.')
    this.#waiting.get(id)?.abort(reason)
  }
}
