import type { PluginStatistics } from '@nexus/runtime/contract'
import { html, svg, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { NxElement } from '../elements/nx-element.ts'
import { dataTable, panel } from '../elements/panel.ts'
import { formatDate, formatNumber, formatPercent } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Resource } from '../state/resource.ts'
import { niceCeiling } from './traffic-chart.ts'
import './installation-usage.css'
import './overview.css'
import './reviews.css'

const WIDTH = 640
const HEIGHT = 120
const TOP = 8
const BASE = 112
const DAYS = 30
const DAY_MS = 86_400_000

/** The last thirty days, oldest first; a day that nobody counted is zero. */
function lastDays(counts: PluginStatistics['downloads']['days']): readonly number[] {
  const known = new Map(counts.map(({ day, count }) => [day, count]))
  return Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(Date.now() - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10)
    return known.get(day) ?? 0
  })
}

function chart(title: string, counts: PluginStatistics['downloads']['days']): TemplateResult {
  const values = lastDays(counts)
  const most = Math.max(...values)
  const top = niceCeiling(most)
  const step = WIDTH / (DAYS - 1)
  const line = values
    .map(
      (value, index) =>
        `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${(BASE - (value / top) * (BASE - TOP)).toFixed(1)}`,
    )
    .join('')
  const first = new Date(Date.now() - (DAYS - 1) * DAY_MS).toISOString()
  return html`<section>
    <h3>${title}</h3>
    <figure class="chart">
      <div class="plot">
        <div class="scale" aria-hidden="true" translate="no">
          <span>${formatNumber(top)}</span><span>${formatNumber(0)}</span>
        </div>
        <svg
          viewBox="0 0 ${WIDTH} ${HEIGHT}"
          preserveAspectRatio="none"
          role="img"
          aria-label=${t('usage.chart.sentence', { title, largest: formatNumber(most) })}
        >
          ${[BASE, TOP].map((y) => svg`<path class="grid" d="M0 ${y}H${WIDTH}" />`)}
          ${svg`<path class="calls" d=${line} />`}
        </svg>
      </div>
      <div class="times" aria-hidden="true">
        <time>${formatDate(first)}</time><time>${formatDate(new Date().toISOString())}</time>
      </div>
    </figure>
  </section>`
}

/** How much a plugin is downloaded and used, by day and by version. */
@customElement('nx-plugin-statistics')
export class PluginStatisticsTab extends NxElement {
  @property({ attribute: false }) pluginId = ''
  private readonly statistics = new Resource(this, {
    args: () => [this.pluginId] as const,
    load: ([pluginId], signal) => {
      const [publisher = '', name = ''] = pluginId.split('/')
      return call('pluginStatistics', { params: { publisher, name }, signal })
    },
  })

  protected override render(): TemplateResult {
    return this.statistics.render(
      ({ downloads, installations, versions }) =>
        html`<div class="stack">
          ${panel(
            t('plugin.tab.statistics'),
            html`<p class="muted chart-note">${t('statistics.text')}</p>
              <div class="usage-charts">
                ${chart(t('statistics.downloads', { count: downloads.total }), downloads.days)}
                ${chart(t('statistics.installations', { count: installations.latest }), installations.days)}
              </div>`,
          )}
          ${
            versions.length === 0
              ? ''
              : panel(
                  t('statistics.versions'),
                  dataTable(
                    t('statistics.versions'),
                    html`<th scope="col">${t('plugin.version')}</th>
                      <th scope="col" class="right">${t('statistics.installed')}</th>
                      <th scope="col" class="right">${t('statistics.share')}</th>`,
                    versions.map(
                      (item) =>
                        html`<tr>
                          <td><code translate="no">${item.version}</code></td>
                          <td class="right num">${formatNumber(item.installations)}</td>
                          <td class="right num">${formatPercent(item.share, 1)}</td>
                        </tr>`,
                    ),
                  ),
                  '',
                  false,
                )
          }
        </div>`,
    )
  }
}
