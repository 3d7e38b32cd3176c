import type { UsageView } from '@nexus/runtime/contract'
import { html, svg, type TemplateResult } from 'lit'
import { dataTable } from '../elements/panel.ts'
import { formatBytes, formatClock, formatDate, formatMilliseconds, formatMoment, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { niceCeiling } from './traffic-chart.ts'

type Point = UsageView['points'][number]
type Resolution = UsageView['resolution']

const WIDTH = 640
const HEIGHT = 120
const TOP = 8
const BASE = 112

interface Measure {
  readonly title:
    | 'usage.chart.calls'
    | 'usage.chart.cpu'
    | 'usage.chart.memory'
    | 'usage.chart.egress'
    | 'usage.chart.starts'
  readonly lines: readonly {
    readonly name:
      | 'overview.calls'
      | 'overview.failed'
      | 'installation.cpu'
      | 'usage.memory'
      | 'usage.egress'
      | 'usage.coldStarts'
      | 'usage.breaches'
    readonly read: (point: Point) => number
  }[]
  readonly format: (value: number) => string
}

/** What the charts show, each with one scale; the second line of a chart is dashed, so that colour is not needed. */
const MEASURES: readonly Measure[] = [
  {
    title: 'usage.chart.calls',
    lines: [
      { name: 'overview.calls', read: (point) => point.calls },
      { name: 'overview.failed', read: (point) => point.errors },
    ],
    format: formatNumber,
  },
  {
    title: 'usage.chart.cpu',
    lines: [{ name: 'installation.cpu', read: (point) => point.cpuMs }],
    format: formatMilliseconds,
  },
  {
    title: 'usage.chart.memory',
    lines: [{ name: 'usage.memory', read: (point) => point.peakHeapBytes }],
    format: formatBytes,
  },
  {
    title: 'usage.chart.egress',
    lines: [{ name: 'usage.egress', read: (point) => point.egressBytes }],
    format: formatBytes,
  },
  {
    title: 'usage.chart.starts',
    lines: [
      { name: 'usage.coldStarts', read: (point) => point.coldStarts },
      { name: 'usage.breaches', read: (point) => point.breaches },
    ],
    format: formatNumber,
  },
]

const KEYS = ['calls', 'failed'] as const

/** How an instant is written for its resolution: the time of day, or the day. */
export function pointTime(at: string, resolution: Resolution): string {
  return resolution === 'day' ? formatDate(at) : formatClock(at).replace(/:\d\d(?=\s|$)/, '')
}

function path(values: readonly number[], top: number): string {
  const step = WIDTH / Math.max(1, values.length - 1)
  const place = (value: number, index: number): string =>
    `${(index * step).toFixed(1)} ${(BASE - (value / top) * (BASE - TOP)).toFixed(1)}`
  return values.map((value, index) => `${index === 0 ? 'M' : 'L'}${place(value, index)}`).join('')
}

function chart(measure: Measure, points: readonly Point[], resolution: Resolution): TemplateResult {
  const lines = measure.lines.map((line) => ({ ...line, values: points.map(line.read) }))
  const largest = Math.max(0, ...lines.flatMap(({ values }) => values))
  const top = niceCeiling(largest)
  const label = t('usage.chart.sentence', { title: t(measure.title), largest: measure.format(largest) })
  const marks = [0, 1].map((share) => ({ y: BASE - share * (BASE - TOP), text: measure.format(top * share) }))
  const times = [points[0]?.at, points.at(-1)?.at].filter((at) => at !== undefined)
  return html`<section>
    <h3>${t(measure.title)}</h3>
    <figure class="chart">
      <div class="plot">
        <div class="scale" aria-hidden="true" translate="no">
          ${marks.toReversed().map((mark) => html`<span>${mark.text}</span>`)}
        </div>
        <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
          ${marks.map((mark) => svg`<path class="grid" d="M0 ${mark.y}H${WIDTH}" />`)}
          ${lines.map(({ values }, index) => svg`<path class=${KEYS[index] ?? ''} d=${path(values, top)} />`)}
        </svg>
      </div>
      <div class="times" aria-hidden="true">${times.map((at) => html`<time>${pointTime(at, resolution)}</time>`)}</div>
      ${
        lines.length > 1
          ? html`<figcaption class="legend small">
              ${lines.map(({ name }, index) => html`<span><i class="key ${KEYS[index] ?? ''}"></i>${t(name)}</span>`)}
            </figcaption>`
          : ''
      }
    </figure>
  </section>`
}

export const usageCharts = ({ points, resolution }: UsageView): TemplateResult =>
  html`<div class="usage-charts">${MEASURES.map((measure) => chart(measure, points, resolution))}</div>`

/** The same numbers as a table, latest first, without the spans in which nothing happened. */
export function usageTable({ points, resolution }: UsageView): TemplateResult {
  const lines = MEASURES.flatMap(({ lines: own, format }) => own.map((line) => ({ ...line, format })))
  const busy = points.filter((point) => lines.some(({ read }) => read(point) > 0))
  if (busy.length === 0) return html`<p class="inner muted">${t('usage.nothing')}</p>`
  return html`<div class="chart-table">
    ${dataTable(
      t('usage.title'),
      html`<th scope="col">${t('usage.when')}</th>
        ${lines.map(({ name }) => html`<th scope="col" class="right">${t(name)}</th>`)}`,
      busy.toReversed().map(
        (point) =>
          html`<tr>
            <td>
              <time datetime=${point.at} title=${formatMoment(point.at)}>${pointTime(point.at, resolution)}</time>
            </td>
            ${lines.map(({ read, format }) => html`<td class="right" translate="no">${format(read(point))}</td>`)}
          </tr>`,
      ),
    )}
  </div>`
}
