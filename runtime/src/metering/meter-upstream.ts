import type { Upstream, UpstreamCatalog, UpstreamRequest } from '../gateway/upstream/upstream.ts'
import type { CallUse } from '../sandbox/sandbox.ts'
import type { Budgets, Spender } from './budgets.ts'
import type { InstallationMeter } from './usage-meter.ts'

export interface UpstreamMeter {
  readonly spender: Spender
  readonly meter: InstallationMeter
  readonly budgets: Pick<Budgets, 'enter'>
  /** Hears of every list, so that it can be shown while the plugin is in quarantine. */
  seen(upstream: Upstream, catalog: UpstreamCatalog): void
}

/** What the host asks for itself: lists, subscriptions and log levels are nobody's calls. */
const HOUSEKEEPING = /\/(?:list|subscribe|unsubscribe|setLevel)$|^(?:ping|server\/discover)$/

/**
 * The door in front of an upstream: refuses what no budget is left for, and counts the calls of processes and remote
 * servers. Those of sandboxes are counted where they run, with their CPU time.
 */
export function meterUpstream(inner: Upstream, { spender, meter, budgets, seen }: UpstreamMeter): Upstream {
  const counts = inner.kind === 'process' || inner.kind === 'remote'
  const counted = async (request: UpstreamRequest) => {
    const began = performance.now()
    let failed = true
    try {
      const result = await inner.request(request)
      failed = result.get('isError') === true
      return result
    } finally {
      const wallMs = performance.now() - began
      meter.called(wallMs)
      meter.count({ calls: 1, errors: failed ? 1 : 0, wallMicroseconds: Math.round(wallMs * 1000) })
    }
  }
  return {
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
    async catalog(signal) {
      const catalog = await inner.catalog(signal)
      seen(inner, catalog)
      return catalog
    },
    onChange: (listener) => inner.onChange(listener),
    async request(request) {
      const leave = budgets.enter(spender)
      try {
        if (counts && !HOUSEKEEPING.test(request.method)) return await counted(request)
        if (counts) return await inner.request(request)
        // A sandbox counts the call right after this: it is in flight or counted, never both.
        const onUse = (use: CallUse): void => {
          leave()
          request.onUse?.(use)
        }
        const result = await inner.request({ ...request, onUse })
        // The call went well for the sandbox; for its caller it failed.
        if (result.get('isError') === true) meter.count({ errors: 1 })
        return result
      } finally {
        leave()
      }
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}
