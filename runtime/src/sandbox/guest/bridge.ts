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
  /** Asks the host, for the call that runs now or for `forCall`; the answer is parsed JSON. */
  ask(capability: string, args: object, forCall?: number): Promise<unknown>
  settle(id: number, failed: boolean, text: string): void
}

/** `outstanding` is refused here already, where it costs nothing; cell and host count again. */
export function createBridge(post: Post, outstanding: number): Bridge {
  const waiting = new HostMap<number, Waiting>()
  let last = 0
  return {
    post,
    ask(capability, args, forCall) {
      return new HostPromise((resolve, reject) => {
        if (waiting.size >= outstanding) {
          const message = `Expected at most ${outstanding} capability calls at once (outstandingCapabilityCalls), found one more.`
          reject(codedError('SANDBOX_CAPABILITY_LIMIT', message))
          return
        }
        last += 1
        post(posts.capability, last, capability, toJson(args), forCall)
        waiting.set(last, { resolve, reject })
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
