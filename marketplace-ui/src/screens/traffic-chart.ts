import type { Overview } from '@nexus/runtime/contract'
import { html, svg, type TemplateResult } from 'lit'
import { formatClock, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { dataTable } from '../elements/panel.ts'

type Minute = Overview['perMinute'][number]

const WIDTH = 640
const HEIGHT = 180
const BASE = 168

/** The next round number above the highest value, so that grid lines fall on numbers people read easily. */
export function niceCeiling(value: number): number {
  if (value <= 4) return 4
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

function line(values: readonly number[], top: number): string {
  const step = WIDTH / Math.max(1, values.length - 1)
  return values
    .map(
      (value, index) =>
        `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${(BASE - (value / top) * (BASE - 12)).toFixed(1)}`,
    )
    .join('')
}

/** Calls and failures of the last hour. The same numbers are in the table behind the second tab. */
export function trafficChart(minutes: readonly Minute[]): TemplateResult {
  const top = niceCeiling(Math.max(0, ...minutes.map((minute) => minute.calls)))
  const calls = line(
    minutes.map((minute) => minute.calls),
    top,
  )
  const failed = line(
    minutes.map((minute) => minute.failed),
    top,
  )
  const sum = (pick: (minute: Minute) => number): number => minutes.reduce((total, minute) => total + pick(minute), 0)
  const label = t('overview.chart.sentence', { calls: sum((m) => m.calls), failed: sum((m) => m.failed) })
  const marks = [0, 0.5, 1].map((share) => ({ y: BASE - share * (BASE - 12), text: formatNumber(top * share) }))
  const times = [0, 20, 40, minutes.length - 1].map((index) => minutes[index]?.at).filter((at) => at !== undefined)
  return html`<figure class="chart">
    <div class="plot">
      <div class="scale" aria-hidden="true">${marks.toReversed().map((mark) => html`<span>${mark.text}</span>`)}</div>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
        ${marks.map((mark) => svg`<path class="grid" d="M0 ${mark.y}H${WIDTH}" />`)}
        <path class="area" d="${calls}V${BASE}H0z" />
        <path class="calls" d=${calls} />
        <path class="failed" d=${failed} />
      </svg>
    </div>
    <div class="times" aria-hidden="true">
      ${times.map((at) => html`<time>${formatClock(at).replace(/:\d\d(?=\s|$)/, '')}</time>`)}
    </div>
    <figcaption class="legend small">
      <span><i class="key calls"></i>${t('overview.calls')}</span
      ><span><i class="key failed"></i>${t('overview.failed')}</span>
    </figcaption>
  </figure>`
}

export const trafficTable = (minutes: readonly Minute[]): TemplateResult =>
  html`<div class="chart-table">
    ${dataTable(
      t('overview.chart.title'),
      html`<th scope="col">${t('overview.minute')}</th>
        <th scope="col" class="right">${t('overview.calls')}</th>
        <th scope="col" class="right">${t('overview.failed')}</th>`,
      minutes
        .filter((minute) => minute.calls > 0)
        .toReversed()
        .map(
          (minute) =>
            html`<tr>
              <td><time datetime=${minute.at}>${formatClock(minute.at)}</time></td>
              <td class="right">${formatNumber(minute.calls)}</td>
              <td class="right">${formatNumber(minute.failed)}</td>
            </tr>`,
        ),
    )}
  </div>`
