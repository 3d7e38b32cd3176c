import type { Bridge } from './bridge.ts'
import { type CallHead, createCallInfo } from './call-info.ts'
import { codedError, describe } from './guest-error.ts'
import type { GuestAbortSignal, signalMakers } from './globals/abort.ts'
import type { Handlers } from './handlers.ts'
import { HostMap, isArray, parseJson, whenSettled, toJson } from './primordials.ts'
import { posts } from './wire.ts'

export type SignalMakers = typeof signalMakers

/** The calls this guest is serving. */
export interface Calls {
  begin(id: number, head: string, payload: string): void
  cancel(id: number): void
}

export function createCalls(bridge: Bridge, handlers: Handlers, signals: SignalMakers, payloadBytes: number): Calls {
  const running = new HostMap<number, GuestAbortSignal>()

  const isRunning = (id: number): boolean => running.has(id)
  const answer = (id: number, kind: string, result: unknown): void => {
    running.delete(id)
    let text: string
    try {
      text = toJson(shape(kind, result))
    } catch (error) {
      bridge.post(posts.failed, id, '', describe(error))
      return
    }
    // Bytes are at least characters, so what is refused here would be refused outside; this saves the copy.
    if (text.length > payloadBytes) bridge.post(posts.failed, id, 'SANDBOX_PAYLOAD', '')
    else bridge.post(posts.answered, id, '', text)
  }
  const fail = (id: number, reason: unknown): void => {
    running.delete(id)
    bridge.post(posts.failed, id, '', describe(reason))
  }
  return {
    begin(id, headText, payload) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the host, checked on its side
      const head = parseJson(headText) as CallHead
      const handler = handlers.get(head.handler, head.name)
      if (handler === undefined) {
        bridge.post(posts.failed, id, 'SANDBOX_HANDLER_UNKNOWN', '')
        return
      }
      const signal = signals.make()
      running.set(id, signal)
      const info = createCallInfo(id, head, signal, isRunning, bridge)
      // The async function turns a throw, a thenable and a value alike into one real promise.
      const run = async (): Promise<unknown> => handler(parseJson(payload), info)
      whenSettled(
        run(),
        (result) => answer(id, head.handler, result),
        (reason) => fail(id, reason),
      )
    },
    cancel(id) {
      const signal = running.get(id)
      running.delete(id)
      if (signal !== undefined)
        signals.trigger(signal, codedError('CALL_CANCELLED', 'The call was cancelled or its time is over.'))
    },
  }
}

/** What the host gets: an object in every case. A tool may answer with a string, which becomes one text block. */
function shape(kind: string, result: unknown): unknown {
  // Nobody waits for what these return.
  if (kind === 'event' || kind === 'schedule') return {}
  if (kind === 'tool' && typeof result === 'string') return { content: [{ type: 'text', text: result }] }
  if (kind === 'completion' && isArray(result)) return { values: result as unknown[] }
  if (typeof result === 'object' && result !== null && !isArray(result)) return result
  throw codedError(
    'PLUGIN_RESULT',
    `Expected the ${kind} handler to return an object${kind === 'tool' ? ' or a string' : ''}, found ${result === null ? 'null' : isArray(result) ? 'an array' : typeof result}.`,
  )
}
