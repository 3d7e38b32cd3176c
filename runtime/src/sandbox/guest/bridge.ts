import { codedError, fromHost } from './guest-error.ts'
import { HostMap, HostPromise, parseJson, toJson } from './primordials.ts'
import { type Post, posts } from './wire.ts'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

/** Calls from the guest to capabilities of the host. */
export interface Bridge {
  readonly post: Post
  /** Asks the host; the answer is parsed JSON. */
  ask(capability: string, args: object): Promise<unknown>
  settle(id: number, failed: boolean, text: string): void
  /** The call whose handler is running right now, 0 outside of calls. Known only until its first `await`. */
  current: number
}

const refusals: Readonly<Record<string, string>> = {
  SANDBOX_CAPABILITY_LIMIT:
    'Expected fewer capability calls at once or within one call; see the limits of the sandbox profile.',
  SANDBOX_PAYLOAD: 'Expected a smaller argument; see `payloadBytes` of the sandbox profile.',
}

export function createBridge(post: Post): Bridge {
  const waiting = new HostMap<number, Waiting>()
  let last = 0
  return {
    post,
    current: 0,
    ask(capability, args) {
      return new HostPromise((resolve, reject) => {
        last += 1
        const id = last
        const refusal = post(posts.capability, id, capability, toJson(args))
        if (typeof refusal === 'string' && refusal !== '')
          reject(codedError(refusal, refusals[refusal] ?? 'The capability call was refused.'))
        else waiting.set(id, { resolve, reject })
      })
    },
    settle(id, failed, text) {
      const entry = waiting.get(id)
      if (entry === undefined) return
      waiting.delete(id)
      if (failed) entry.reject(fromHost(text))
      else entry.resolve(text === '' ? undefined : parseJson(text))
    },
  }
}
