import { describe, expect, it } from 'vitest'
import { trackCalls } from '../../../runtime/src/admission/track-calls.ts'
import { meterUpstream } from '../../../runtime/src/metering/meter-upstream.ts'
import { createHistogram, quantile } from '../../../runtime/src/telemetry/index.ts'
import { principal } from '../gateway/harness.ts'
import { scriptedUpstream } from '../gateway/scripted-upstream.ts'

const counts = () => ({ calls: 0, failures: 0, latency: createHistogram() })
const meters = {
  spender: { installationId: 'i', workspaceId: 'w', pluginId: 'a/b' },
  meter: { called: () => undefined, count: () => undefined },
  budgets: { enter: () => undefined },
  seen: () => undefined,
} as unknown as Parameters<typeof meterUpstream>[1]

describe('an upstream behind the doors of its installation', () => {
  it('still says that its connections are a user’s own [G7]', () => {
    const own = Object.assign(scriptedUpstream('files'), { isPerUser: true })
    expect(meterUpstream(own, meters).isPerUser).toBe(true)
    expect(trackCalls(meterUpstream(own, meters), counts()).upstream.isPerUser).toBe(true)
    expect(trackCalls(scriptedUpstream('files'), counts()).upstream.isPerUser).toBeUndefined()
  })

  it('tells how long its calls take, for the health gate of an update [H7]', async () => {
    const upstream = scriptedUpstream('files')
    upstream.answer(() => new Promise((answer) => setTimeout(() => answer({ content: [] }), 60)))
    const seen = counts()
    const { upstream: tracked } = trackCalls(upstream, seen)
    const signal = AbortSignal.timeout(10_000)
    await tracked.request({ method: 'tools/call', params: {}, requestId: 'r', principal: principal('user:a'), signal })
    expect(seen.calls).toBe(1)
    expect(quantile(seen.latency, 0.95)).toBeGreaterThan(50)
  })
})
