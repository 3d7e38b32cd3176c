import type { Overview as OverviewData } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { icon } from '../elements/icon.ts'
import { pageHead, panel } from '../elements/panel.ts'
import { stateDot } from '../elements/plugin-state.ts'
import { emptyState } from '../elements/states.ts'
import { formatMilliseconds, formatNumber, formatPercent } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { auditTable } from './audit-table.ts'
import './overview.css'
import { trafficChart, trafficTable } from './traffic-chart.ts'

const ATTENTION_TEXTS = {
  DEFINITIONS_HELD: 'overview.attention.definitions',
  UPDATE_WAITS: 'overview.attention.update',
} as const

function attentionHref({ code, installationId }: OverviewData['attention'][number]): string {
  if (code === 'DEFINITIONS_HELD') return '/changes'
  return `/installed/${encodeURIComponent(installationId)}${code === 'UPDATE_WAITS' ? '/versions' : ''}`
}

/** The state of the host at a glance, refreshed while it is visible. */
@customElement('nx-overview')
export class OverviewScreen extends ScreenElement {
  @state() private asTable = false
  private readonly data = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('overview', { signal }),
    refreshMs: REFRESH_MS,
  })

  private stat(label: string, value: string, detail: string): TemplateResult {
    return html`<div>
      <dt>${label}</dt>
      <dd><strong class="num" translate="no">${value}</strong><span class="muted small">${detail}</span></dd>
    </div>`
  }

  private stats(data: OverviewData): TemplateResult {
    const { lastHour, failedLastHour, p95Ms } = data.calls
    return html`<dl class="stats">
      ${this.stat(t('overview.lastHour'), formatNumber(lastHour), t('overview.clients', { count: data.clients }))}
      ${this.stat(
        t('overview.failedCalls'),
        formatPercent(failedLastHour, lastHour),
        t('overview.ofCalls', { failed: failedLastHour, calls: lastHour }),
      )}
      ${this.stat(t('overview.p95'), p95Ms === null ? '–' : formatMilliseconds(p95Ms), t('overview.p95.hint'))}
      ${this.stat(
        t('overview.running'),
        `${formatNumber(data.installations.active)}/${formatNumber(data.installations.total)}`,
        t('overview.runningFailed', { count: data.installations.failed }),
      )}
    </dl>`
  }

  private checklist({ checklist }: OverviewData): TemplateResult | '' {
    const steps = [
      { done: checklist.pluginInstalled, text: t('overview.step.plugin'), href: '/marketplace' },
      { done: checklist.tokenCreated, text: t('overview.step.token'), href: '/tokens' },
      { done: checklist.firstCall, text: t('overview.step.call'), href: '/servers' },
    ]
    if (steps.every((step) => step.done)) return ''
    return panel(
      t('overview.steps'),
      html`<ol class="steps first">
        ${steps.map(
          (step) =>
            html`<li class=${step.done ? 'done' : ''}>
              ${icon(step.done ? 'done' : 'waiting')}
              ${
                step.done
                  ? html`<span>${step.text}<span class="sr"> ${t('overview.step.done')}</span></span>`
                  : html`<a href=${step.href}>${step.text}</a>`
              }
            </li>`,
        )}
      </ol>`,
    )
  }

  private attention(data: OverviewData): TemplateResult {
    return panel(
      t('overview.attention'),
      data.attention.length === 0
        ? html`<p class="muted row">${stateDot('ok')}<span>${t('overview.attention.none')}</span></p>`
        : html`<ul class="attention">
            ${data.attention.map(
              (item) =>
                html`<li>
                  ${stateDot('bad')}
                  <div>
                    <a href=${attentionHref(item)} translate="no">${item.displayName}</a>
                    <span class="muted small mono" translate="no">${item.label}</span>
                    ${
                      item.code === 'DEFINITIONS_HELD' || item.code === 'UPDATE_WAITS'
                        ? html`<p class="muted small">${t(ATTENTION_TEXTS[item.code])}</p>`
                        : html`<p class="muted small" translate="no">${item.message}</p>`
                    }
                  </div>
                </li>`,
            )}
          </ul>`,
    )
  }

  private traffic(data: OverviewData): TemplateResult {
    const toggle = html`<button
      type="button"
      class="btn tight"
      aria-pressed=${this.asTable}
      @click=${() => (this.asTable = !this.asTable)}
    >
      ${t('overview.asTable')}
    </button>`
    const quiet = data.perMinute.every((minute) => minute.calls === 0)
    const content = quiet
      ? emptyState('health', t('overview.quiet.title'), t('overview.quiet.text'))
      : this.asTable
        ? trafficTable(data.perMinute)
        : trafficChart(data.perMinute)
    return panel(t('overview.chart.title'), content, quiet ? '' : toggle, !this.asTable || quiet)
  }

  private recent(data: OverviewData): TemplateResult {
    return panel(
      t('overview.recent'),
      data.recent.length === 0
        ? html`<p class="inner muted">${t('audit.empty.text')}</p>`
        : auditTable(data.recent, false),
      may('audit:read') ? html`<a class="small" href="/audit">${t('overview.allRecords')}</a>` : '',
      false,
    )
  }

  protected override render(): TemplateResult {
    const add = may('marketplace:read')
      ? html`<a class="btn primary" href="/marketplace">${t('overview.addPlugin')}</a>`
      : ''
    return html`<div class="page">
      ${pageHead(t('overview.title'), t('overview.lede'), add)}
      ${this.data.render(
        (data) =>
          html`<div class="stack loose">
            ${this.stats(data)}
            <div class="two">
              ${this.traffic(data)}
              <div class="stack">${this.checklist(data)}${this.attention(data)}</div>
            </div>
            ${this.recent(data)}
          </div>`,
        10,
      )}
    </div>`
  }
}
