import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@nexus/plugin-api'
import type { AuditTrail } from '../../audit/audit.ts'
import type { Call } from '../call.ts'
import { gatewayError, upstreamAnsweredError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { RPC } from '../protocol.ts'
import { recordCall } from '../router/record-call.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { type Clock, systemClock } from './clock.ts'
import { MAX_UPSTREAM_STATE_BYTES, STATE_MS } from './limits.ts'
import { missingCapability } from './missing-capability.ts'
import type { Life } from './parked-call.ts'
import { type Parked, ParkedCalls } from './parked-calls.ts'
import { readInputRequests } from './read-input-request.ts'
import { openState, type RequestState, sealState } from './request-state.ts'
import { StateKeys } from './state-keys.ts'
import { visitsFirst } from './visit-first.ts'

interface BridgeOptions {
  /** 32 bytes that all nodes of a host share. */
  readonly stateKey: Buffer
  readonly audit: Pick<AuditTrail, 'record'>
  readonly clock?: Clock
}

/** Requests that may be answered with `input_required`. */
const MAY_ASK: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read'])

type Sent = JsonObject | undefined

/** What stands between a modern client and its upstreams when one of them needs input. */
export class Bridge implements Disposable {
  readonly #node = randomUUID()
  readonly #audit: Pick<AuditTrail, 'record'>
  readonly #clock: Clock
  readonly #keys: StateKeys
  readonly #parked: ParkedCalls

  constructor({ stateKey, audit, clock = systemClock }: BridgeOptions) {
    this.#audit = audit
    this.#clock = clock
    this.#keys = new StateKeys(stateKey, () => clock.now())
    this.#parked = new ParkedCalls(clock)
  }

  /** What the `requestState` of a request stands for; `undefined` when it has none. Fails when it is not ours to open. */
  open(call: Call, upstream: Upstream, params: Sent): RequestState | undefined {
    const given = params?.['requestState']
    if (given === undefined || !MAY_ASK.has(call.method)) return undefined
    return openState(this.#keys, call, upstream, given, this.#clock.now())
  }

  /** Sends a call whose client can be asked: it is parked when the upstream does. */
  async begin(call: Call, upstream: Upstream, send: (life: Life) => Promise<RpcResult>): Promise<RpcResult> {
    const startedAt = performance.now()
    const abandoned = (error: Error): void => {
      const name = call.params?.['name'] ?? call.params?.['uri']
      const what = typeof name === 'string' ? name : call.method
      recordCall(this.#audit, call, 'call.abandoned', upstream, what, startedAt, { outcome: 'failed', error })
    }
    return this.#answer(call, upstream, await this.#parked.begin(call, send, abandoned))
  }

  /** Goes on with a parked call. */
  async resume(
    call: Call,
    upstream: Upstream,
    { node, id, round }: Extract<RequestState, { kind: 'parked' }>,
    params: Sent,
  ): Promise<RpcResult> {
    if (node !== this.#node) {
      const problem = 'Expected the call to wait on this node, found it on another or one that was started again.'
      throw gatewayError('STATE_ELSEWHERE', `${problem} Send the request again without \`requestState\`.`, {
        details: { node },
      })
    }
    const responses = params?.['inputResponses'] ?? {}
    if (!isJsonObject(responses)) {
      throw gatewayError('PARAMS_INVALID', `Expected an object \`inputResponses\`, found ${typeof responses}.`)
    }
    return this.#answer(call, upstream, await this.#parked.resume(call, id, round, responses))
  }

  /** Puts the upstream's own state into one of ours, and keeps from the client what it cannot answer. */
  wrap(call: Call, upstream: Upstream, result: RpcResult): RpcResult {
    const { requestState, ...rest } = result.value()
    for (const [, message] of readInputRequests(result)) {
      const missing = missingCapability(call.client.capabilities, message)
      if (missing !== undefined) throw lacking(message.method, missing)
    }
    if (requestState === undefined) return result
    if (typeof requestState !== 'string' || requestState.length > MAX_UPSTREAM_STATE_BYTES) {
      const problem = `Expected a text \`requestState\` of at most ${MAX_UPSTREAM_STATE_BYTES} bytes, found another.`
      throw gatewayError('UPSTREAM_PROTOCOL', problem)
    }
    return RpcResult.of({ ...rest, requestState: this.#seal(call, upstream, requestState) })
  }

  /** Turns an error that wants URLs visited first into questions. Throws every other error on. */
  visitFirst(call: Call, upstream: Upstream, error: unknown): RpcResult {
    const inputRequests = visitsFirst(error, call.client.capabilities)
    if (inputRequests === undefined || !MAY_ASK.has(call.method)) throw error
    const requestState = this.#seal(call, upstream, undefined)
    return RpcResult.of({ resultType: 'input_required', inputRequests, requestState })
  }

  [Symbol.dispose](): void {
    this.#parked[Symbol.dispose]()
  }

  /** A state of ours for an upstream that waits for nobody, with the state it has itself. */
  #seal(call: Call, upstream: Upstream, state: string | undefined): string {
    return sealState(this.#keys, call, upstream, { kind: 'upstream', state }, this.#clock.now() + STATE_MS)
  }

  #answer(call: Call, upstream: Upstream, turn: RpcResult | Parked): RpcResult {
    if (turn instanceof RpcResult) return turn
    const { id, round, expiresAt, inputRequests } = turn
    const state: RequestState = { kind: 'parked', node: this.#node, id, round }
    const requestState = sealState(this.#keys, call, upstream, state, expiresAt)
    return RpcResult.of({ resultType: 'input_required', inputRequests, requestState })
  }
}

function lacking(method: string, requiredCapabilities: JsonObject): Error {
  const message = `Missing required client capability: the upstream asks for ${method.slice(0, 100)}.`
  return upstreamAnsweredError({ code: RPC.missingCapability, message, data: { requiredCapabilities } })
}
