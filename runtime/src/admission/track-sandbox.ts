import type { Sandbox } from '../sandbox/sandbox.ts'

/** A sandbox whose invocations can be waited for: those of policies, events and schedules go through no upstream. */
export interface TrackedSandbox {
  readonly sandbox: Sandbox
  /** Resolves when no invocation is under way. */
  idle(): Promise<void>
}

export function trackSandbox(inner: Sandbox): TrackedSandbox {
  let inFlight = 0
  let waiting: (() => void)[] = []
  const left = (): void => {
    inFlight -= 1
    if (inFlight > 0) return
    for (const resume of waiting) resume()
    waiting = []
  }
  return {
    sandbox: {
      id: inner.id,
      tier: inner.tier,
      get registrations() {
        return inner.registrations
      },
      invoke(invocation) {
        inFlight += 1
        const call = inner.invoke(invocation)
        call.then(left, left)
        return call
      },
      usage: () => inner.usage(),
      get inspector() {
        return inner.inspector
      },
      exited: inner.exited,
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    },
    async idle() {
      if (inFlight > 0) await new Promise<void>((resume) => waiting.push(resume))
    },
  }
}
