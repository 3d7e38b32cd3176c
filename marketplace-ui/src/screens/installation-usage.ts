import type { UsageView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { setQuery } from '../app/router.ts'
import { call } from '../client/call.ts'
import { NxElement } from '../elements/nx-element.ts'
import { dataTable, panel } from '../elements/panel.ts'
import { formatBytes, formatMilliseconds, formatMoment, formatNumber, formatPercent, ago } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Resource } from '../state/resource.ts'
import './installation-usage.css'
import './overview.css'
import { usageCharts, usageTable } from './usage-chart.ts'

const RANGES = ['hour', 'day', 'month', 'year'] as const
type Range = (typeof RANGES)[number]

/** What an installed plugin used: calls, CPU, memory, traffic and crossed limits over time. */
@customElement('nx-installation-usage')
export class InstallationUsage extends NxElement {
  @property() installation = ''
  /** From the address, so whatever was typed there. */
  @property() range = ''
  @state() private asTable = false
  private readonly usage = new Resource(this, {
    args: () => [this.installation, this.chosen] as const,
    load: ([id, range], signal) => call('installationUsage', { params: { id }, query: { range }, signal }),
    refreshMs: REFRESH_MS,
    keepWhileLoading: true,
  })

  private get chosen(): Range {
    return RANGES.find((range) => range === this.range) ?? 'hour'
  }

  private get ranges(): TemplateResult {
    return html`<div class="segmented" role="radiogroup" aria-label=${t('usage.range')}>
      ${RANGES.map(
        (range) =>
          html`<label
            ><input
              type="radio"
              name="usage-range"
              value=${range}
              .checked=${range === this.chosen}
              @change=${() => setQuery({ range: range === 'hour' ? undefined : range })}
            />${t(`usage.range.${range}`)}</label
          >`,
      )}
    </div>`
  }

  private totals({ totals }: UsageView): TemplateResult {
    const stat = (label: string, value: string, detail: string): TemplateResult =>
      html`<div>
        <dt>${label}</dt>
        <dd><strong class="num" translate="no">${value}</strong><span class="muted small">${detail}</span></dd>
      </div>`
    const perCall = totals.calls === 0 ? '–' : formatMilliseconds(totals.cpuMs / totals.calls)
    return html`<dl class="stats six">
      ${stat(
        t('overview.calls'),
        formatNumber(totals.calls),
        t('usage.failed', { share: formatPercent(totals.errors, totals.calls) }),
      )}
      ${stat(t('installation.cpu'), formatMilliseconds(totals.cpuMs), t('usage.perCall', { value: perCall }))}
      ${stat(
        t('usage.memory'),
        totals.peakHeapBytes === 0 ? '–' : formatBytes(totals.peakHeapBytes),
        t('usage.stored', { value: formatBytes(totals.storageBytes + totals.fileBytes) }),
      )}
      ${stat(
        t('usage.egress'),
        formatBytes(totals.egressBytes),
        t('usage.log', { value: formatBytes(totals.logBytes) }),
      )}
      ${stat(t('usage.coldStarts'), formatNumber(totals.coldStarts), t('usage.coldStarts.hint'))}
      ${stat(
        t('usage.capabilityCalls'),
        formatNumber(totals.capabilityCalls),
        t('usage.denied', { count: totals.denials }),
      )}
    </dl>`
  }

  private breaches({ breachesByLimit }: UsageView): TemplateResult {
    if (breachesByLimit.length === 0)
      return panel(t('usage.breaches'), html`<p class="muted">${t('usage.breaches.none')}</p>`)
    return panel(
      t('usage.breaches'),
      dataTable(
        t('usage.breaches'),
        html`<th scope="col">${t('limits.limit')}</th>
          <th scope="col">${t('usage.code')}</th>
          <th scope="col" class="right">${t('limits.value')}</th>
          <th scope="col" class="right">${t('usage.times')}</th>
          <th scope="col">${t('usage.last')}</th>`,
        breachesByLimit.map(
          (breach) =>
            html`<tr>
              <td>
                ${
                  breach.limit === ''
                    ? t('usage.crash')
                    : html`<code class="small" translate="no">${breach.limit}</code>`
                }
              </td>
              <td><code class="small" translate="no">${breach.code}</code></td>
              <td class="right">${breach.limit === '' ? '–' : formatNumber(breach.value)}</td>
              <td class="right">${formatNumber(breach.count)}</td>
              <td>${ago(breach.lastAt)}</td>
            </tr>`,
        ),
      ),
      '',
      false,
    )
  }

  private show(view: UsageView): TemplateResult {
    const toggle = html`<button
      type="button"
      class="btn tight"
      aria-pressed=${this.asTable}
      @click=${() => (this.asTable = !this.asTable)}
    >
      ${t('overview.asTable')}
    </button>`
    return html`<div class="stack">
      <div class="row spread">
        ${this.ranges}
        ${
          view.measuredSince
            ? html`<span class="muted small">${t('usage.since', { time: formatMoment(view.measuredSince) })}</span>`
            : ''
        }
      </div>
      ${this.totals(view)}
      ${panel(t('usage.title'), this.asTable ? usageTable(view) : usageCharts(view), toggle, !this.asTable)}
      ${this.breaches(view)}
    </div>`
  }

  protected override render(): TemplateResult {
    return this.usage.render((view) => this.show(view))
  }
}
