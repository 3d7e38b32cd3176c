import { errorCode, type JsonObject } from '@nexus/plugin-api'
import { upstreamRpcError } from '../errors.ts'
import { errorMessage, resultMessage, type RpcRequest } from '../json-rpc.ts'
import { RPC } from '../protocol.ts'
import type { Exchange } from './connection.ts'

/**
 * Answers a request of the server: through the client of the call it belongs to, else with an error. `undefined` when
 * that call had its result first.
 */
export async function answerServer(
  request: RpcRequest,
  exchange: Exchange | undefined,
  withdrawn: AbortSignal,
): Promise<JsonObject | undefined> {
  if (request.method === 'ping') return resultMessage(request.id, {})
  const ask = exchange?.onRequest
  if (ask === undefined) {
    if (request.method === 'roots/list') return resultMessage(request.id, { roots: [] })
    const message = `Expected a client in a call that can answer ${request.method}, found none or several.`
    return errorMessage(request.id, { code: RPC.methodNotFound, message })
  }
  try {
    return resultMessage(request.id, await ask({ method: request.method, params: request.params }, withdrawn))
  } catch (error) {
    const wentPast = errorCode(error) === 'CALL_CANCELLED' && !exchange?.signal.aborted && !withdrawn.aborted
    if (wentPast) return undefined
    const message = error instanceof Error ? error.message : 'The client failed.'
    return errorMessage(request.id, upstreamRpcError(error) ?? { code: RPC.internal, message })
  }
}
