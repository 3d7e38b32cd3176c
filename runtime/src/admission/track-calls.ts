import type { Upstream } from '../gateway/upstream/upstream.ts'

/** An upstream whose calls in flight can be waited for. */
export interface TrackedUpstream {
  readonly upstream: Upstream
  /** Resolves when no call is in flight. */
  idle(): Promise<void>
}

/** Counts the calls of an upstream and passes everything else through. */
export function trackCalls(inner: Upstream): TrackedUpstream {
  let inFlight = 0
  let waiting: (() => void)[] = []
  const left = () => {
    inFlight -= 1
    if (inFlight > 0) return
    for (const resume of waiting) resume()
    waiting = []
  }
  return {
    upstream: {
      id: inner.id,
      installationId: inner.installationId,
      pluginId: inner.pluginId,
      workspaceId: inner.workspaceId,
      label: inner.label,
      kind: inner.kind,
      state: () => inner.state(),
      lastError: () => inner.lastError(),
      catalog: (signal) => inner.catalog(signal),
      onChange: (listener) => inner.onChange(listener),
      request(request) {
        inFlight += 1
        return inner.request(request).finally(left)
      },
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    },
    async idle() {
      if (inFlight > 0) await new Promise<void>((resume) => waiting.push(resume))
    },
  }
}
