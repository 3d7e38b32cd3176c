/** Media type of the exposition format. Source: OpenMetrics 1.0.0. */
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/** Counts below each upper end, and their sum. */
export interface HistogramSample {
  readonly labels: Labels
  /** One per upper end, then one for the rest; not cumulative. */
  readonly counts: readonly number[]
  readonly sum: number
}

/** Metrics of one name. */
export type MetricFamily = { readonly name: string; readonly help: string } & (
  | { readonly type: 'counter' | 'gauge' | 'info'; readonly samples: readonly Sample[] }
  | { readonly type: 'histogram'; readonly ends: readonly number[]; readonly samples: readonly HistogramSample[] }
)

/** Suffix of a sample's name, by the type of its family. */
const SUFFIX = { counter: '_total', gauge: '', info: '_info' } as const

/** The text that Prometheus and others scrape. */
export function openMetricsText(families: readonly MetricFamily[]): string {
  return `${families.map(familyText).join('')}# EOF\n`
}

function familyText(family: MetricFamily): string {
  const { name, help, type } = family
  const lines = [`# TYPE ${name} ${type}`, `# HELP ${name} ${escape(help)}`]
  if (family.type === 'histogram')
    for (const sample of family.samples) lines.push(...histogramLines(name, family.ends, sample))
  else
    for (const { labels, value } of family.samples)
      lines.push(`${name}${SUFFIX[family.type]}${labelText(labels)} ${value}`)
  return `${lines.join('\n')}\n`
}

function histogramLines(name: string, ends: readonly number[], sample: HistogramSample): readonly string[] {
  let below = 0
  const buckets = [...ends, Infinity].map((end, index) => {
    below += sample.counts[index] ?? 0
    const le = end === Infinity ? '+Inf' : Number.isInteger(end) ? `${end}.0` : String(end)
    return `${name}_bucket${labelText({ ...sample.labels, le })} ${below}`
  })
  const labels = labelText(sample.labels)
  return [...buckets, `${name}_count${labels} ${below}`, `${name}_sum${labels} ${sample.sum}`]
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
