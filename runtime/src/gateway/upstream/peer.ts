import type { JsonObject } from '@nexus/plugin-api'
import { abortError } from '../abort-error.ts'
import { gatewayError, upstreamAnsweredError, upstreamRpcError } from '../errors.ts'
import {
  errorMessage,
  notificationMessage,
  readMessage,
  requestMessage,
  resultMessage,
  type RpcRequest,
} from '../json-rpc.ts'
import { RPC } from '../protocol.ts'
import type { ConnectionEvents, Exchange } from './connection.ts'
import type { OversizedLine } from './line-splitter.ts'
import { restoreProgressToken, withProgressToken } from './progress-tokens.ts'
import type { UpstreamMessage } from './upstream.ts'

interface Pending {
  readonly params: JsonObject | undefined
  readonly exchange: Exchange
  settle(outcome: { readonly result: JsonObject } | { readonly error: Error }): void
}

/** Many requests multiplexed over one ordered text channel (stdio). */
export interface Peer {
  request(method: string, params: JsonObject | undefined, exchange: Exchange): Promise<JsonObject>
  notify(method: string, params?: JsonObject): void
  /** One line from the other side. */
  receive(line: string): void
  receiveOversized(line: OversizedLine): void
  /** Ends all requests in flight with `error`. */
  fail(error: Error): void
  /** Lines that were no JSON-RPC message. */
  garbage(): number
}

/**
 * The only exchange a message without an address can belong to. The wire does not say which call an elicitation or a
 * log line is for; when calls of several clients are in flight it belongs to nobody, because giving it to the wrong
 * one would leak.
 */
function soleOwner(pending: ReadonlyMap<number, Pending>): Exchange | undefined {
  let owner: Exchange | undefined
  for (const { exchange } of pending.values()) {
    if (exchange.client === undefined) continue
    if (owner?.client !== undefined && owner.client.key !== exchange.client.key) return undefined
    owner = exchange
  }
  return owner
}

/** An oversized line has its id in the first or last bytes, depending on the order of members. */
function idOfOversized({ head, tail }: OversizedLine): number | undefined {
  const match =
    /^\s*\{(?:"jsonrpc":"2\.0",)?"id":(\d{1,15})\b/.exec(head) ??
    /,"id":(\d{1,15})(?:,"jsonrpc":"2\.0")?\}\s*$/.exec(tail)
  return match?.[1] === undefined ? undefined : Number(match[1])
}

export function createPeer(send: (line: string) => void, events: ConnectionEvents): Peer {
  const pending = new Map<number, Pending>()
  let lastId = 0
  let garbage = 0

  const sendObject = (message: JsonObject) => send(`${JSON.stringify(message)}\n`)

  const answer = (request: RpcRequest) => {
    const reply = (work: Promise<JsonObject>) =>
      work.then(
        (result) => sendObject(resultMessage(request.id, result)),
        (error: unknown) =>
          sendObject(
            errorMessage(
              request.id,
              upstreamRpcError(error) ?? {
                code: RPC.internal,
                message: error instanceof Error ? error.message : 'Client failed.',
              },
            ),
          ),
      )
    if (request.method === 'ping') return void reply(Promise.resolve({}))
    const onRequest = soleOwner(pending)?.onRequest
    if (onRequest !== undefined) return void reply(onRequest({ method: request.method, params: request.params }))
    if (request.method === 'roots/list') return void reply(Promise.resolve({ roots: [] }))
    sendObject(
      errorMessage(request.id, {
        code: RPC.methodNotFound,
        message: `Expected a client in a call that can answer ${request.method}, found none or several.`,
      }),
    )
  }

  const onNotification = ({ method, params }: UpstreamMessage) => {
    if (method === 'notifications/progress') {
      const token = params?.['progressToken']
      const owner = typeof token === 'number' ? pending.get(token) : undefined
      const restored = owner === undefined ? undefined : restoreProgressToken(owner.params, params)
      if (restored !== undefined) owner?.exchange.onNotification?.({ method, params: restored })
      return
    }
    if (method === 'notifications/message') return soleOwner(pending)?.onNotification?.({ method, params })
    events.notified({ method, params })
  }

  return {
    request(method, params, exchange) {
      const { signal } = exchange
      if (signal.aborted) return Promise.reject(abortError(signal))
      lastId += 1
      const id = lastId
      return new Promise((resolve, reject) => {
        const cancel = () => {
          if (method !== 'initialize') sendObject(notificationMessage('notifications/cancelled', { requestId: id }))
          entry.settle({ error: abortError(signal) })
        }
        const entry: Pending = {
          params,
          exchange,
          settle(outcome) {
            pending.delete(id)
            signal.removeEventListener('abort', cancel)
            if ('result' in outcome) resolve(outcome.result)
            else reject(outcome.error)
          },
        }
        pending.set(id, entry)
        signal.addEventListener('abort', cancel, { once: true })
        sendObject(requestMessage(id, method, withProgressToken(params, id)))
      })
    },
    notify: (method, params) => sendObject(notificationMessage(method, params)),
    receive(line) {
      let value: unknown
      try {
        value = JSON.parse(line)
      } catch {
        garbage += 1
        return
      }
      const message = readMessage(value)
      if (message.kind === 'response') {
        const { id, result, error } = message.response
        const entry = typeof id === 'number' ? pending.get(id) : undefined
        if (error !== undefined) entry?.settle({ error: upstreamAnsweredError(error) })
        else if (result !== undefined) entry?.settle({ result })
      } else if (message.kind === 'notification') onNotification(message.notification)
      else if (message.kind === 'request') answer(message.request)
      else garbage += 1
    },
    receiveOversized(line) {
      const id = idOfOversized(line)
      const entry = id === undefined ? undefined : pending.get(id)
      if (entry === undefined) garbage += 1
      else
        entry.settle({
          error: gatewayError('UPSTREAM_TOO_LARGE', 'Expected an answer within the line limit, found a longer one.'),
        })
    },
    fail(error) {
      for (const entry of pending.values()) entry.settle({ error })
    },
    garbage: () => garbage,
  }
}
