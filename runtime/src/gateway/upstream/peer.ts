import type { JsonObject } from '@nexus/plugin-api'
import { abortError } from '../abort-error.ts'
import { gatewayError, upstreamAnsweredError } from '../errors.ts'
import { metaOf, notificationMessage, readMessage, requestMessage, type RpcId, type RpcResponse } from '../json-rpc.ts'
import { META_SUBSCRIPTION_ID } from '../protocol.ts'
import { readAnswerText } from '../wire/read-answer-text.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { CHANGE_NOTICES, type ConnectionEvents, type Exchange } from './connection.ts'
import type { OversizedLine } from './line-splitter.ts'
import { restoreProgressToken, withProgressToken } from './progress-tokens.ts'
import { ServerQuestions } from './server-questions.ts'
import { soleOwner } from './sole-owner.ts'
import { Strays } from './strays.ts'
import type { UpstreamMessage } from './upstream.ts'

interface Pending {
  readonly params: JsonObject | undefined
  readonly exchange: Exchange
  settle(outcome: { readonly result: RpcResult } | { readonly error: Error }): void
}

/** An oversized line has its id in the first or last bytes, depending on the order of members. */
function idOfOversized({ head, tail }: OversizedLine): number | undefined {
  const match =
    /^\s*\{(?:"jsonrpc":"2\.0",)?"id":(\d{1,15})\b/.exec(head) ??
    /,"id":(\d{1,15})(?:,"jsonrpc":"2\.0")?\}\s*$/.exec(tail)
  return match?.[1] === undefined ? undefined : Number(match[1])
}

/** What a server sends because the host listens, not because of a call. */
function isOfSubscription(params: JsonObject | undefined): boolean {
  return metaOf(params)?.[META_SUBSCRIPTION_ID] !== undefined
}

/** Many requests multiplexed over one ordered channel of lines (stdio). */
export class Peer {
  readonly #send: (line: string) => void
  readonly #events: ConnectionEvents
  readonly #pending = new Map<number, Pending>()
  readonly #questions = new ServerQuestions()
  readonly #strays = new Strays()
  #lastId = 0
  #garbage = 0

  constructor(send: (line: string) => void, events: ConnectionEvents) {
    this.#send = send
    this.#events = events
  }

  /** Lines that were no JSON-RPC message. */
  garbage(): number {
    return this.#garbage
  }

  request(method: string, params: JsonObject | undefined, exchange: Exchange): Promise<RpcResult> {
    const { signal } = exchange
    if (signal.aborted) return Promise.reject(abortError(signal))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      const settle: Pending['settle'] = (outcome) => {
        this.#pending.delete(id)
        signal.removeEventListener('abort', cancel)
        this.#strays.ended(exchange.client, signal.aborted)
        if ('result' in outcome) resolve(outcome.result)
        else reject(outcome.error)
      }
      const cancel = () => {
        if (method !== 'initialize') this.notify('notifications/cancelled', { requestId: id })
        settle({ error: abortError(signal) })
      }
      this.#pending.set(id, { params, exchange, settle })
      this.#strays.began(exchange.client)
      signal.addEventListener('abort', cancel, { once: true })
      this.#write(requestMessage(id, method, withProgressToken(params, id)))
    })
  }

  notify(method: string, params?: JsonObject): void {
    this.#write(notificationMessage(method, params))
  }

  /** Takes one line from the other side. */
  receive(line: Buffer): void {
    const answer = readAnswerText(line)
    if (answer !== undefined) return this.#pendingOf(answer.id)?.settle({ result: answer.result })
    let value: unknown
    try {
      value = JSON.parse(line.toString('utf8'))
    } catch {
      this.#garbage += 1
      return
    }
    const message = readMessage(value)
    if (message.kind === 'response') this.#settle(message.response)
    else if (message.kind === 'notification') this.#notified(message.notification)
    else if (message.kind === 'invalid') this.#garbage += 1
    else
      void this.#questions.answer(
        message.request,
        () => this.#soleOwner('question'),
        (said) => this.#write(said),
      )
  }

  receiveOversized(line: OversizedLine): void {
    const id = idOfOversized(line)
    const entry = id === undefined ? undefined : this.#pending.get(id)
    if (entry === undefined) this.#garbage += 1
    else {
      const problem = 'Expected an answer within the line limit, found a longer one.'
      entry.settle({ error: gatewayError('UPSTREAM_TOO_LARGE', problem) })
    }
  }

  /** Ends all requests in flight with `error`. */
  fail(error: Error): void {
    for (const entry of this.#pending.values()) entry.settle({ error })
  }

  #write(message: JsonObject): void {
    this.#send(`${JSON.stringify(message)}\n`)
  }

  #settle({ id, result, error }: RpcResponse): void {
    const entry = this.#pendingOf(id)
    if (error !== undefined) entry?.settle({ error: upstreamAnsweredError(error) })
    else if (result !== undefined) entry?.settle({ result: RpcResult.of(result) })
  }

  #pendingOf(id: RpcId): Pending | undefined {
    return typeof id === 'number' ? this.#pending.get(id) : undefined
  }

  #notified(message: UpstreamMessage): void {
    const { method, params } = message
    if (method === 'notifications/progress') {
      const token = params?.['progressToken']
      const owner = typeof token === 'number' ? this.#pending.get(token) : undefined
      const restored = restoreProgressToken(owner?.params, params)
      if (restored !== undefined && this.#events.admits())
        owner?.exchange.onNotification?.({ method, params: restored })
    } else if (method === 'notifications/cancelled') this.#questions.withdraw(params)
    else if (CHANGE_NOTICES.has(method) || isOfSubscription(params)) this.#events.notified(message)
    else if (this.#events.admits())
      (this.#questions.ownerOf(message) ?? this.#soleOwner('notice'))?.onNotification?.(message)
  }

  #soleOwner(what: 'question' | 'notice'): Exchange | undefined {
    const owner = soleOwner(this.#pending.values().map(({ exchange }) => exchange))
    return this.#strays.isOnlyOf(owner?.client, what) ? owner : undefined
  }
}
