import { abortError } from '../abort-error.ts'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { metaOf } from '../json-rpc.ts'
import type { UpstreamMessage, UpstreamRequest } from '../upstream/upstream.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import type { Clock } from './clock.ts'
import { GATHER_MS } from './limits.ts'
import { Questions } from './questions.ts'

/** What a request to an upstream needs when it may outlive the request of the client. */
export type Life = Required<Pick<UpstreamRequest, 'signal' | 'onNotification' | 'onRequest'>>

type Outcome = { readonly result: RpcResult } | { readonly error: unknown }

/**
 * One call of a modern client to an upstream that may ask. The upstream sees one long call; the client sees requests that
 * end with questions and ones that bring answers. Each rides on the call until it has something to be answered with.
 */
export class ParkedCall {
  readonly startedAt: number
  readonly questions = new Questions()
  readonly #clock: Clock
  readonly #life = new AbortController()
  readonly #first: Call
  readonly #hasRoom: (bytes: number) => boolean
  #rider: Call | undefined
  #outcome: Outcome | undefined
  #ready = Promise.withResolvers<void>()
  #gathering: Disposable | undefined
  /** Bytes of a result that came while nobody was there to take it. */
  lateBytes = 0

  constructor(
    first: Call,
    clock: Clock,
    hasRoom: (bytes: number) => boolean,
    send: (life: Life) => Promise<RpcResult>,
  ) {
    this.#first = first
    this.#rider = first
    this.#clock = clock
    this.#hasRoom = hasRoom
    this.startedAt = clock.now()
    send({
      signal: this.#life.signal,
      onNotification: (message) => this.#notify(message),
      onRequest: (message, withdrawn) => {
        const answer = this.questions.ask(first.client.capabilities, message, withdrawn)
        this.#gather()
        return answer
      },
    }).then(
      (result) => this.#settle({ result }),
      (error: unknown) => this.#settle({ error }),
    )
  }

  /**
   * Waits for the result (or its error), or for questions: `undefined` then. The upstream's call ends with the client's
   * request; one that comes back with answers has a request of its own.
   */
  async ride(call: Call): Promise<RpcResult | undefined> {
    this.#rider = call
    const leave = () => this.end(abortError(call.signal))
    if (call.signal.aborted) leave()
    else call.signal.addEventListener('abort', leave, { once: true })
    try {
      // Some may have been asked while nobody was there, or not been answered.
      this.#gather()
      while (this.#outcome === undefined && this.#nothingToAsk()) {
        await this.#ready.promise
        this.#ready = Promise.withResolvers()
      }
    } finally {
      this.#rider = undefined
      call.signal.removeEventListener('abort', leave)
    }
    return this.taken()
  }

  /** The result, once there is one; throws its error. */
  taken(): RpcResult | undefined {
    if (this.#outcome === undefined) return undefined
    if ('error' in this.#outcome) throw this.#outcome.error
    return this.#outcome.result
  }

  /** Cancels the call at the upstream. */
  end(reason: Error): void {
    this.#life.abort(reason)
    this.#settle({ error: reason })
  }

  #nothingToAsk(): boolean {
    return this.questions.size === 0 || this.#gathering !== undefined
  }

  #settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return
    this.#outcome = this.#rider === undefined ? this.#kept(outcome) : outcome
    this.questions.drop(gatewayError('CALL_CANCELLED', 'Expected the call to wait for the answer, found it ended.'))
    this.#gathering?.[Symbol.dispose]()
    this.#gathering = undefined
    this.#ready.resolve()
  }

  /** A result that nobody is there to take is kept as long as there is room for it. */
  #kept(outcome: Outcome): Outcome {
    if ('error' in outcome) return outcome
    const { result } = outcome
    const bytes = result.byteLength() ?? JSON.stringify(result.value()).length
    if (this.#hasRoom(bytes)) {
      this.lateBytes = bytes
      return outcome
    }
    const problem = `Expected room for the result until its client returns, found none for ${bytes} bytes.`
    return { error: gatewayError('PARKED_LIMIT', problem) }
  }

  #gather(): void {
    if (this.#gathering !== undefined || this.#rider === undefined || this.questions.size === 0) return
    this.#gathering = this.#clock.after(GATHER_MS, () => {
      this.#gathering = undefined
      this.#ready.resolve()
    })
  }

  /** Progress goes under the token of the request that waits now; what comes while none does has no way to the client. */
  #notify(message: UpstreamMessage): void {
    const rider = this.#rider
    if (rider === undefined || rider === this.#first || message.method !== 'notifications/progress') {
      rider?.notify(message)
      return
    }
    const progressToken = metaOf(rider.params)?.['progressToken']
    if (progressToken === undefined) return
    rider.notify({ method: message.method, params: { ...message.params, progressToken } })
  }
}
