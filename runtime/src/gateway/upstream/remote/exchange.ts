import type { JsonObject } from '@nexus/plugin-api'
import { abortError } from '../../abort-error.ts'
import { gatewayError, upstreamAnsweredError } from '../../errors.ts'
import { readMessage } from '../../json-rpc.ts'
import { readAnswerText } from '../../wire/read-answer-text.ts'
import { RpcResult } from '../../wire/rpc-result.ts'
import { CHANGE_NOTICES, type ConnectionEvents, type Exchange } from '../connection.ts'
import { restoreProgressToken } from '../progress-tokens.ts'
import type { ServerQuestions } from '../server-questions.ts'

/** How long an event stream may stay open after it gave the result, before it is cut. */
export const LINGER_MS = 1_000

/** Collects what arrives for one request. */
export interface Collector {
  readonly result: Promise<RpcResult>
  receive(value: unknown): void
  /** Takes bytes that are the answer; false when they have to be read as any other message. */
  receiveText(bytes: Buffer): boolean
  settled(): boolean
  fail(error: Error): void
}

interface CollectorOptions {
  readonly id: number
  readonly params: JsonObject | undefined
  readonly exchange: Exchange
  readonly events: ConnectionEvents
  readonly questions: ServerQuestions
  /** Sends the answer to a request of the server back to it. */
  readonly reply: (message: JsonObject) => void
}

/** Sorts the messages of an answer: the result, notifications of the call, requests of the server. */
export function createCollector({ id, params, exchange, events, questions, reply }: CollectorOptions): Collector {
  const { promise, resolve, reject } = Promise.withResolvers<RpcResult>()
  let settled = false
  const settle = (end: () => void) => {
    settled = true
    exchange.signal.removeEventListener('abort', onAbort)
    end()
  }
  const onAbort = () => settle(() => reject(abortError(exchange.signal)))
  exchange.signal.addEventListener('abort', onAbort, { once: true })

  return {
    result: promise,
    settled: () => settled,
    fail: (error) => settle(() => reject(error)),
    receiveText(bytes) {
      const answer = readAnswerText(bytes)
      if (answer === undefined) return false
      if (answer.id === id && !settled) settle(() => resolve(answer.result))
      return true
    },
    receive(value) {
      const message = readMessage(value)
      if (message.kind === 'response') {
        const { response } = message
        if (response.id !== id || settled) return
        const { result, error } = response
        if (error !== undefined) settle(() => reject(upstreamAnsweredError(error)))
        else settle(() => resolve(RpcResult.of(result ?? {})))
      } else if (message.kind === 'notification') {
        const { method, params: notified } = message.notification
        if (method === 'notifications/progress') {
          const restored = restoreProgressToken(params, notified)
          if (restored !== undefined && !settled && events.admits())
            exchange.onNotification?.({ method, params: restored })
        } else if (method === 'notifications/cancelled') questions.withdraw(notified)
        else if (CHANGE_NOTICES.has(method)) events.notified({ method, params: notified })
        else if (!settled && events.admits()) exchange.onNotification?.({ method, params: notified })
      } else if (message.kind === 'request') {
        void questions.answer(message.request, () => exchange, reply)
      } else if (!settled) {
        const problem = `Expected a JSON-RPC message, found ${message.problem}.`
        settle(() => reject(gatewayError('UPSTREAM_PROTOCOL', problem)))
      }
    },
  }
}
