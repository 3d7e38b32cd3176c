import type { BudgetStanding } from './budgets.ts'
import { type Counters, addCounters, zeroCounters } from './counters.ts'
import { CALL_SECONDS, METRIC_INSTALLATIONS } from './limits.ts'
import type { Totals } from './usage-meter.ts'
import { type HistogramSample, type MetricFamily, type Sample, openMetricsText } from '../telemetry/index.ts'

/** An installation as the metrics name it. */
export interface MetricInstallation {
  readonly id: string
  readonly pluginId: string
  readonly label: string
  readonly version: string
  readonly state: string
  readonly totals: Totals | undefined
  readonly budgets: readonly BudgetStanding[]
}

/** Facts about the process, for everybody who may read metrics. */
export interface ProcessFacts {
  readonly version: string
  readonly cpuSeconds: number
  readonly residentBytes: number
  readonly startedAt: Date
}

const COUNTERS: readonly (readonly [name: string, help: string, read: (counters: Counters) => number])[] = [
  ['nexus_plugin_calls', 'Calls answered or failed.', ({ calls }) => calls],
  ['nexus_plugin_call_errors', 'Calls that failed.', ({ errors }) => errors],
  ['nexus_plugin_cpu_seconds', 'CPU time of calls.', ({ cpuMicroseconds }) => cpuMicroseconds / 1_000_000],
  ['nexus_plugin_capability_calls', 'Capability calls within calls.', ({ capabilityCalls }) => capabilityCalls],
  ['nexus_plugin_denials', 'Capability calls that were refused.', ({ denials }) => denials],
  ['nexus_plugin_received_bytes', 'Bytes of arguments.', ({ bytesIn }) => bytesIn],
  ['nexus_plugin_answered_bytes', 'Bytes of results.', ({ bytesOut }) => bytesOut],
  ['nexus_plugin_egress_bytes', 'Bytes to and from the network.', ({ egressBytes }) => egressBytes],
  ['nexus_plugin_log_bytes', 'Bytes of log text.', ({ logBytes }) => logBytes],
  ['nexus_plugin_cold_starts', 'Times the code was loaded.', ({ coldStarts }) => coldStarts],
]

const GAUGES: readonly (readonly [name: string, help: string, read: (totals: Totals) => number])[] = [
  ['nexus_plugin_heap_bytes', 'Heap when last measured.', ({ heapBytes }) => heapBytes],
  ['nexus_plugin_peak_heap_bytes', 'Largest heap since the host started.', ({ counters }) => counters.peakHeapBytes],
  ['nexus_plugin_storage_bytes', 'Private storage when last measured.', ({ storageBytes }) => storageBytes],
  ['nexus_plugin_file_bytes', 'Private files when last measured.', ({ fileBytes }) => fileBytes],
]

type Labels = Readonly<Record<string, string>>

/** The metrics of a workspace as OpenMetrics text. Counters begin at zero with the host. */
export function metricsText(
  workspace: string,
  installations: readonly MetricInstallation[],
  facts: ProcessFacts,
  more: readonly MetricFamily[] = [],
): string {
  const [named, rest] = split(installations)
  const labelsOf = ({ pluginId, label }: MetricInstallation): Labels => ({
    workspace,
    plugin: pluginId,
    installation: label,
  })
  const measured = [
    ...named.flatMap((one) => (one.totals === undefined ? [] : [{ labels: labelsOf(one), totals: one.totals }])),
    ...(rest === undefined ? [] : [{ labels: { workspace, plugin: 'other', installation: 'other' }, totals: rest }]),
  ]
  return openMetricsText([
    ...processFamilies(facts),
    ...more,
    {
      name: 'nexus_plugin',
      type: 'info',
      help: 'Installed plugins and their state.',
      samples: named.map((one) => ({ labels: { ...labelsOf(one), version: one.version, state: one.state }, value: 1 })),
    },
    ...COUNTERS.map(([name, help, read]) =>
      family(
        name,
        'counter',
        help,
        measured.map(({ labels, totals }) => ({ labels, value: read(totals.counters) })),
      ),
    ),
    ...GAUGES.map(([name, help, read]) =>
      family(
        name,
        'gauge',
        help,
        measured.map(({ labels, totals }) => ({ labels, value: read(totals) })),
      ),
    ),
    family('nexus_plugin_breaches', 'counter', 'Limits that were crossed.', measured.flatMap(breachSamples)),
    {
      name: 'nexus_plugin_call_duration_seconds',
      type: 'histogram',
      help: 'Time from call to answer.',
      ends: CALL_SECONDS,
      samples: measured.map(({ labels, totals }): HistogramSample => {
        const { counts, sum } = totals.durations
        return { labels, counts, sum }
      }),
    },
    family(
      'nexus_plugin_budget_used_ratio',
      'gauge',
      'Share of a budget that is gone; calls are refused at 1 when the budget has an end.',
      named.flatMap((one) => one.budgets.map((budget) => budgetSample(labelsOf(one), budget))),
    ),
  ])
}

function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type, help, samples }
}

/** However many plugins are installed: the busiest by name, the others as one. */
function split(
  installations: readonly MetricInstallation[],
): readonly [readonly MetricInstallation[], Totals | undefined] {
  if (installations.length <= METRIC_INSTALLATIONS) return [installations, undefined]
  const calls = ({ totals }: MetricInstallation): number => totals?.counters.calls ?? 0
  const sorted = installations.toSorted((left, right) => calls(right) - calls(left))
  const others = sorted.slice(METRIC_INSTALLATIONS).flatMap(({ totals }) => (totals === undefined ? [] : [totals]))
  const counters = zeroCounters()
  for (const one of others) addCounters(counters, one.counters)
  const sum = (read: (totals: Totals) => number): number => others.reduce((total, one) => total + read(one), 0)
  const counts = [...CALL_SECONDS, Infinity].map((_, index) => sum(({ durations }) => durations.counts[index] ?? 0))
  const rest: Totals = {
    installationId: 'other',
    workspaceId: others[0]?.workspaceId ?? '',
    counters,
    durations: { counts, sum: sum(({ durations }) => durations.sum), observe: () => undefined },
    breaches: new Map(),
    coldStartMs: sum(({ coldStartMs }) => coldStartMs),
    heapBytes: sum(({ heapBytes }) => heapBytes),
    storageBytes: sum(({ storageBytes }) => storageBytes),
    fileBytes: sum(({ fileBytes }) => fileBytes),
  }
  return [sorted.slice(0, METRIC_INSTALLATIONS), rest]
}

function breachSamples({ labels, totals }: { readonly labels: Labels; readonly totals: Totals }): readonly Sample[] {
  return [...totals.breaches].map(([name, value]) => {
    const [code = '', limit = ''] = name.split(' ')
    return { labels: { ...labels, code, limit }, value }
  })
}

function budgetSample(labels: Labels, { meter, period, soft, hard, used }: BudgetStanding): Sample {
  return { labels: { ...labels, budget: meter, period }, value: used / (hard ?? soft ?? Infinity) }
}

function processFamilies({ version, cpuSeconds, residentBytes, startedAt }: ProcessFacts): readonly MetricFamily[] {
  return [
    { name: 'nexus', type: 'info', help: 'The host.', samples: [{ labels: { version }, value: 1 }] },
    family('process_cpu_seconds', 'counter', 'CPU time of the host.', [{ labels: {}, value: cpuSeconds }]),
    family('process_resident_memory_bytes', 'gauge', 'Memory of the host.', [{ labels: {}, value: residentBytes }]),
    family('process_start_time_seconds', 'gauge', 'When the host started.', [
      { labels: {}, value: startedAt.getTime() / 1000 },
    ]),
  ]
}
