import { setImmediate } from 'node:timers/promises'
import type { JsonObject } from '@nexus/plugin-api'
import type { Clock } from '../../../../runtime/src/gateway/bridge/clock.ts'
import type { Life } from '../../../../runtime/src/gateway/bridge/parked-call.ts'
import type { Call } from '../../../../runtime/src/gateway/call.ts'
import type { Upstream, UpstreamMessage } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { principal } from '../harness.ts'

/** A clock that stands still until it is told to go on. */
export class TestClock implements Clock {
  #now = Date.UTC(2026, 10, 21)
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>()

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): Disposable {
    const timer = { at: this.#now + ms, run }
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) }
  }

  /** Lets time pass, and everything that is due run. */
  async advance(ms: number): Promise<void> {
    await setImmediate()
    this.#now += ms
    for (const timer of [...this.#timers].toSorted((left, right) => left.at - right.at)) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue
      timer.run()
      await setImmediate()
    }
    await setImmediate()
  }

  timers(): number {
    return this.#timers.size
  }
}

export const EVERYTHING: JsonObject = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {} },
  roots: {},
}

/** A call of a modern client. */
export function modernCall(change: Partial<Call> & { readonly capabilities?: JsonObject } = {}): Call & {
  readonly said: UpstreamMessage[]
} {
  const said: UpstreamMessage[] = []
  const { capabilities = EVERYTHING, ...rest } = change
  return {
    era: 'modern',
    principal: principal('token:alice'),
    target: { virtualServer: undefined },
    requestId: 'request-1',
    method: 'tools/call',
    params: { name: 'ask', arguments: { city: 'Graz', days: 3 } },
    client: { key: 'token:alice', era: 'modern', capabilities, info: undefined, logLevel: undefined },
    signal: new AbortController().signal,
    notify: (message) => void said.push(message),
    ask: undefined,
    ...rest,
    said,
  }
}

/** Only who it is matters here. */
export function upstreamNamed(id: string): Upstream {
  const never = () => Promise.reject(new Error('Not asked here.'))
  return {
    id,
    installationId: id,
    pluginId: `nexus/${id}`,
    workspaceId: 'workspace-1',
    label: id,
    kind: 'remote',
    state: () => 'ready',
    lastError: () => undefined,
    catalog: never,
    request: never,
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

export const QUESTION: UpstreamMessage = {
  method: 'elicitation/create',
  params: { message: 'Your name?', requestedSchema: { type: 'object', properties: {} } },
}
export const SAMPLE: UpstreamMessage = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 5 } }
export const ROOTS: UpstreamMessage = { method: 'roots/list', params: {} }

/** Sends a call to an upstream that asks these, all at once, and answers with what it was told. */
export function asking(...questions: readonly UpstreamMessage[]): (life: Life) => Promise<RpcResult> {
  return async ({ onRequest }) => {
    const heard = await Promise.allSettled(questions.map((message) => onRequest(message)))
    return RpcResult.of({
      heard: heard.map((one) => (one.status === 'fulfilled' ? one.value : { refused: String(one.reason) })),
    })
  }
}
