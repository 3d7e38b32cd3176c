import { errorCode } from '@nexus/plugin-api'
import type { Upstream } from '../gateway/upstream/upstream.ts'
import { type Histogram, observe } from '../telemetry/index.ts'

/** An upstream whose calls in flight can be waited for. */
export interface TrackedUpstream {
  readonly upstream: Upstream
  /** Resolves when no call is in flight. */
  idle(): Promise<void>
}

/** Calls of one side of an installation. */
export interface CallCounts {
  calls: number
  failures: number
  readonly latency: Histogram
}

/** Codes that say the plugin, or the server behind it, could not serve a call; what a caller did wrong is not among them. */
const FAILURES =
  /^(PLUGIN_ERROR|UPSTREAM_(DIED|UNREACHABLE|TIMEOUT|PROTOCOL)|SANDBOX_(TIMEOUT|CPU|MEMORY|CAPABILITY_LIMIT|HANDLER_UNKNOWN|CRASHED|PROTOCOL|UNAVAILABLE|START_FAILED|START_TIMEOUT))$/

/** Counts the calls of an upstream into `counts` and passes everything else through. */
export function trackCalls(inner: Upstream, counts: CallCounts): TrackedUpstream {
  let inFlight = 0
  let waiting: (() => void)[] = []
  const left = (began: number) => {
    inFlight -= 1
    counts.calls += 1
    observe(counts.latency, performance.now() - began)
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
      tags: inner.tags,
      ...(inner.isPerUser === true && { isPerUser: true }),
      kind: inner.kind,
      state: () => inner.state(),
      lastError: () => inner.lastError(),
      process: () => inner.process?.(),
      pool: () => inner.pool?.(),
      catalog: (signal) => inner.catalog(signal),
      onChange: (listener) => inner.onChange(listener),
      request(request) {
        inFlight += 1
        const began = performance.now()
        return inner.request(request).then(
          (result) => {
            left(began)
            return result
          },
          (error: unknown) => {
            if (FAILURES.test(errorCode(error) ?? '')) counts.failures += 1
            left(began)
            throw error
          },
        )
      },
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    },
    async idle() {
      if (inFlight > 0) await new Promise<void>((resume) => waiting.push(resume))
    },
  }
}
