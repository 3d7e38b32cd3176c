import type { Bridge } from './bridge.ts'
import { rememberCall } from './call-numbers.ts'
import { codedError, own } from './guest-error.ts'
import { create, freeze, toJson } from './primordials.ts'
import { posts } from './wire.ts'

/** What the host says of a call besides its argument. */
export interface CallFacts {
  readonly capabilities?: object
  readonly inputResponses?: object
  readonly requestState?: string
  readonly variables?: object
  readonly arguments?: object
}

export interface CallHead {
  readonly handler: string
  readonly name: string
  readonly requestId: string
  readonly principal: { readonly id: string; readonly displayName: string }
  readonly facts?: CallFacts
}

// Without a prototype: nothing of a plugin's making shows through.
const NOTHING: Readonly<Record<string, never>> = freeze(create(null))
const NO_CLIENT = freeze({ capabilities: NOTHING })

/** The `call` argument of a handler. Everything it does is done for call `id`, as long as that `isRunning`. */
export function createCallInfo(
  id: number,
  { requestId, principal, facts }: CallHead,
  signal: object,
  isRunning: (id: number) => boolean,
  bridge: Bridge,
): object {
  const ask = async (capability: string, asked: object): Promise<unknown> => {
    if (isRunning(id)) return bridge.ask(capability, asked, id)
    throw codedError('CALL_REQUIRED', 'Expected a call that still runs, found one that is over: nobody can be asked.')
  }
  const info = freeze({
    requestId,
    signal,
    principal: freeze(principal),
    client: facts?.capabilities === undefined ? NO_CLIENT : freeze({ capabilities: freeze(facts.capabilities) }),
    inputResponses: facts?.inputResponses,
    requestState: facts?.requestState,
    variables: facts?.variables ?? NOTHING,
    arguments: facts?.arguments ?? NOTHING,
    progress(progress: number, total?: number, message?: string) {
      if (isRunning(id)) bridge.post(posts.progress, id, '', toJson({ progress, total, message }))
    },
    log(level: string, data: unknown, logger?: string) {
      if (isRunning(id)) bridge.post(posts.message, id, '', toJson({ level, data, logger }))
    },
    elicit: (request: unknown) => ask('client.elicit', { request }),
    sample: (request: unknown) => ask('client.sample', { request }),
    roots: async () => own(await ask('client.roots', {}), 'roots') ?? [],
  })
  rememberCall(info, id)
  return info
}
