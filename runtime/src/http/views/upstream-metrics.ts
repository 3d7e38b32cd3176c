import type { PoolReadings, ReplicaReadings } from '../../gateway/upstream/pool/pool.ts'
import type { Upstream } from '../../gateway/upstream/upstream.ts'
import type { MetricFamily } from '../../telemetry/index.ts'

const OF_POOLS: readonly (readonly [
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  read: (readings: PoolReadings) => number,
])[] = [
  ['nexus_upstream_queued_calls', 'gauge', 'Calls that wait for a free replica.', ({ queued }) => queued],
  ['nexus_upstream_busy', 'counter', 'Calls refused because too many waited, or for too long.', ({ busy }) => busy],
  ['nexus_upstream_refused', 'counter', 'Calls refused because no replica takes any.', ({ refused }) => refused],
  ['nexus_upstream_repeated', 'counter', 'Requests sent a second time.', ({ repeated }) => repeated],
  ['nexus_upstream_breaker_openings', 'counter', 'Times a breaker opened.', ({ opened }) => opened],
  ['nexus_upstream_reconnects', 'counter', 'Connections opened after the first.', ({ reconnects }) => reconnects],
]

const OF_REPLICAS: readonly (readonly [name: string, help: string, read: (replica: ReplicaReadings) => number])[] = [
  ['nexus_upstream_ready', 'Whether the connection stands.', ({ state }) => (state === 'ready' ? 1 : 0)],
  [
    'nexus_upstream_breaker_open',
    'Whether the breaker lets no call through.',
    ({ breaker }) => (breaker === 'open' ? 1 : 0),
  ],
  ['nexus_upstream_draining', 'Whether it gets no new calls.', ({ draining }) => (draining ? 1 : 0)],
  ['nexus_upstream_outstanding_calls', 'Calls in flight.', ({ outstanding }) => outstanding],
]

/** What scrapers read of the upstreams of a workspace. */
export function upstreamFamilies(workspace: string, upstreams: readonly Upstream[]): readonly MetricFamily[] {
  const pools = upstreams.flatMap((upstream) => {
    const readings = upstream.pool?.()?.readings()
    return readings === undefined ? [] : [{ labels: { workspace, upstream: upstream.label }, readings }]
  })
  return [
    ...OF_POOLS.map(([name, type, help, read]) => ({
      name,
      type,
      help,
      samples: pools.map(({ labels, readings }) => ({ labels, value: read(readings) })),
    })),
    ...OF_REPLICAS.map(([name, help, read]) => ({
      name,
      type: 'gauge' as const,
      help,
      samples: pools.flatMap(({ labels, readings }) =>
        readings.replicas.map((replica) => ({ labels: { ...labels, replica: replica.name }, value: read(replica) })),
      ),
    })),
  ]
}
