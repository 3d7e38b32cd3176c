import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../../identity/principal.ts'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import type { Clock } from './clock.ts'
import {
  MAX_PARKED,
  MAX_PARKED_BYTES,
  MAX_PARKED_PER_PRINCIPAL,
  MAX_PARKED_ROUNDS,
  PARK_MS,
  PARKED_TOTAL_MS,
} from './limits.ts'
import { type Life, ParkedCall } from './parked-call.ts'

/** A call that waits for its client: what it is asked, and until when its answers are taken. */
export interface Parked {
  readonly id: string
  readonly round: number
  readonly expiresAt: number
  readonly inputRequests: JsonObject
}

interface Entry {
  readonly call: ParkedCall
  readonly owner: string
  readonly onAbandoned: (error: Error) => void
  round: number
  /** Absent while a request rides on the call. */
  expiry: Disposable | undefined
}

const ownerOf = ({ workspaceId, id }: Principal) => `${workspaceId}\0${id}`

/**
 * The calls whose upstream asked something and whose client has not come back yet. They are held in this node's memory:
 * so many of one principal, so many altogether, so long, and so many bytes.
 */
export class ParkedCalls implements Disposable {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#entries.size
  }

  /** Sends a call. Answers with its result, or with the questions under which it is parked. */
  async begin(
    call: Call,
    send: (life: Life) => Promise<RpcResult>,
    onAbandoned: (error: Error) => void = () => undefined,
  ): Promise<RpcResult | Parked> {
    const started = new ParkedCall(call, this.#clock, (bytes) => this.#bytes() + bytes <= MAX_PARKED_BYTES, send)
    const result = await started.ride(call)
    return (
      result ??
      this.#park(randomUUID(), {
        call: started,
        owner: ownerOf(call.principal),
        round: 0,
        expiry: undefined,
        onAbandoned,
      })
    )
  }

  /** Goes on with a parked call. Of several requests that bring answers to one round, the first wins. */
  async resume(call: Call, id: string, round: number, responses: JsonObject): Promise<RpcResult | Parked> {
    const entry = this.#entries.get(id)
    if (entry?.expiry === undefined || entry.round !== round) {
      throw gatewayError(
        'STATE_USED',
        'Expected a call that waits for these answers, found it answered or ended. Send the request again without `requestState`.',
      )
    }
    entry.expiry[Symbol.dispose]()
    entry.expiry = undefined
    entry.call.questions.answer(responses)
    try {
      const result = await entry.call.ride(call)
      if (result === undefined) return this.#park(id, entry)
      this.#entries.delete(id)
      return result
    } catch (error) {
      this.#entries.delete(id)
      throw error
    }
  }

  [Symbol.dispose](): void {
    const reason = gatewayError('CALL_CANCELLED', 'Expected the call to be continued, found the host stopping.')
    for (const { call, expiry } of this.#entries.values()) {
      expiry?.[Symbol.dispose]()
      call.end(reason)
    }
    this.#entries.clear()
  }

  #park(id: string, entry: Entry): Parked {
    const { call } = entry
    const now = this.#clock.now()
    const waitMs = Math.min(PARK_MS, call.startedAt + PARKED_TOTAL_MS - now)
    try {
      this.#checkRoom(id, entry, waitMs)
    } catch (error) {
      call.end(error instanceof Error ? error : new Error('Expected room for the call.'))
      throw error
    }
    entry.round += 1
    entry.expiry = this.#clock.after(waitMs, () => this.#expire(id, entry))
    this.#entries.set(id, entry)
    return { id, round: entry.round, expiresAt: now + waitMs, inputRequests: call.questions.requests() }
  }

  #checkRoom(id: string, { owner, round, call }: Entry, waitMs: number): void {
    if (waitMs <= 0) {
      throw gatewayError(
        'CALL_TIMEOUT',
        `Expected the call to finish within ${PARKED_TOTAL_MS} ms, found it asking on.`,
      )
    }
    if (round >= MAX_PARKED_ROUNDS) {
      throw gatewayError(
        'INPUT_ROUNDS',
        `Expected at most ${MAX_PARKED_ROUNDS} rounds of input, found the upstream asking again.`,
      )
    }
    const others = [...this.#entries].flatMap(([key, entry]) => (key === id ? [] : [entry]))
    const own = others.filter((entry) => entry.owner === owner).length
    const added = this.#entries.has(id) ? 0 : sizeOf(call)
    if (others.length >= MAX_PARKED || own >= MAX_PARKED_PER_PRINCIPAL || this.#bytes() + added > MAX_PARKED_BYTES) {
      throw gatewayError(
        'PARKED_LIMIT',
        `Expected at most ${MAX_PARKED_PER_PRINCIPAL} calls of one principal to wait for input, and room for this one, found neither. Answer or drop the others.`,
      )
    }
  }

  #bytes(): number {
    return this.#entries.values().reduce((sum, { call }) => sum + sizeOf(call), 0)
  }

  #expire(id: string, { call, onAbandoned }: Entry): void {
    this.#entries.delete(id)
    const problem = 'Expected the client to come back with its answers in time, found it did not.'
    const error = gatewayError('INPUT_TIMEOUT', problem)
    call.end(error)
    onAbandoned(error)
  }
}

function sizeOf({ questions, lateBytes }: ParkedCall): number {
  return questions.bytes + lateBytes
}
