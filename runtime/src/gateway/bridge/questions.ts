import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { upstreamAnsweredError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { RPC } from '../protocol.ts'
import type { UpstreamMessage } from '../upstream/upstream.ts'
import { MAX_QUESTION_BYTES, MAX_QUESTIONS } from './limits.ts'
import { INPUT_METHODS, missingCapability } from './missing-capability.ts'

interface Question extends PromiseWithResolvers<JsonObject> {
  readonly message: UpstreamMessage
  readonly bytes: number
}

const ACTIONS: ReadonlySet<unknown> = new Set(['accept', 'decline', 'cancel'])

/** Whether this can be the client's answer to the question; one that cannot is asked for again. */
function answers({ method }: UpstreamMessage, answer: JsonValue | undefined): answer is JsonObject {
  if (!isJsonObject(answer)) return false
  if (method === 'elicitation/create') return ACTIONS.has(answer['action'])
  return method === 'roots/list' ? Array.isArray(answer['roots']) : answer['content'] !== undefined
}

/** What an upstream is told when its question cannot be put to the client. */
export function unsupported({ method }: UpstreamMessage): Error {
  const message = `Expected a client that can answer ${method.slice(0, 100)}, found one that did not declare it.`
  return upstreamAnsweredError({ code: RPC.methodNotFound, message })
}

/** The questions of one call that wait for the client, by the names under which it answers them. */
export class Questions {
  readonly #waiting = new Map<string, Question>()
  #asked = 0
  #dropped: Error | undefined
  #bytes = 0

  get size(): number {
    return this.#waiting.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Rejects with what the upstream is to be told when the question is refused, withdrawn or dropped. */
  ask(capabilities: JsonObject, message: UpstreamMessage, withdrawn: AbortSignal | undefined): Promise<JsonObject> {
    if (!INPUT_METHODS.has(message.method) || missingCapability(capabilities, message) !== undefined) {
      return Promise.reject(unsupported(message))
    }
    if (this.#dropped !== undefined) return Promise.reject(this.#dropped)
    const bytes = JSON.stringify(message.params ?? {}).length
    if (this.#waiting.size >= MAX_QUESTIONS || this.#bytes + bytes > MAX_QUESTION_BYTES) {
      const found = `Expected at most ${MAX_QUESTIONS} questions of ${MAX_QUESTION_BYTES} bytes together, found more.`
      return Promise.reject(upstreamAnsweredError({ code: RPC.internal, message: found }))
    }
    this.#asked += 1
    const key = `question-${this.#asked}`
    const question: Question = { message, bytes, ...Promise.withResolvers<JsonObject>() }
    this.#waiting.set(key, question)
    this.#bytes += bytes
    const drop = () => this.#take(key)?.reject(withdrawn?.reason)
    withdrawn?.addEventListener('abort', drop, { once: true })
    return question.promise
  }

  /** As `inputRequests` of the modern revision. */
  requests(): JsonObject {
    return Object.fromEntries(
      this.#waiting.entries().map(
        ([
          key,
          {
            message: { method, params },
          },
        ]) => [key, params === undefined ? { method } : { method, params }],
      ),
    )
  }

  /** Hands the upstream what the client answered; the rest goes on waiting, what nobody asked is ignored. */
  answer(responses: JsonObject): void {
    for (const [key, { message }] of this.#waiting) {
      const answer = responses[key]
      if (answers(message, answer)) this.#take(key)?.resolve(answer)
    }
  }

  /** Nobody will answer any more. */
  drop(reason: Error): void {
    this.#dropped = reason
    for (const key of this.#waiting.keys()) this.#take(key)?.reject(reason)
  }

  #take(key: string): Question | undefined {
    const question = this.#waiting.get(key)
    if (question === undefined) return undefined
    this.#waiting.delete(key)
    this.#bytes -= question.bytes
    return question
  }
}
