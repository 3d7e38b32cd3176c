import type { UsageSummary } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { dataTable, panel } from '../elements/panel.ts'
import { stateDot } from '../elements/plugin-state.ts'
import { formatBytes, formatMilliseconds, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { budgetAmount } from './installation-budgets.ts'

const tones = { ok: 'ok', warned: 'warn', exhausted: 'bad' } as const

const row = (item: UsageSummary): TemplateResult =>
  html`<tr>
    <td>
      <a href="/installed/${encodeURIComponent(item.installationId)}/usage" translate="no">${item.displayName}</a>
      <p class="muted small mono" translate="no">${item.label}</p>
    </td>
    <td class="right">${formatNumber(item.lastHour.calls)}</td>
    <td class="right">${formatNumber(item.lastHour.errors)}</td>
    <td class="right" translate="no">${formatMilliseconds(item.lastHour.cpuMs)}</td>
    <td class="right" translate="no">
      ${item.lastHour.peakHeapBytes === 0 ? '–' : formatBytes(item.lastHour.peakHeapBytes)}
    </td>
    <td class="right" translate="no">${formatBytes(item.lastHour.egressBytes)}</td>
    <td class="right">${formatNumber(item.lastHour.breaches)}</td>
    <td>
      ${
        item.budgets.length === 0
          ? '–'
          : item.budgets.map(
              (budget) =>
                html`<span class="state"
                  >${stateDot(tones[budget.state])}<span
                    ><span class="sr">${t(`budgets.state.${budget.state}`)}: </span
                    >${t(`budgets.meter.${budget.meter}`)}
                    <span translate="no"
                      >${budgetAmount(budget.meter, budget.used)} /
                      ${budgetAmount(budget.meter, budget.hard ?? budget.soft ?? 0)}</span
                    ></span
                  ></span
                >`,
            )
      }
    </td>
  </tr>`

/** The last hour of each plugin side by side: who uses most, who crosses limits, whose budget is nearly gone. */
export const usageOfAll = (items: readonly UsageSummary[]): TemplateResult =>
  panel(
    t('health.usage'),
    items.length === 0
      ? html`<p class="inner muted">${t('health.boot.none')}</p>`
      : dataTable(
          t('health.usage'),
          html`<th scope="col">${t('installed.plugin')}</th>
            <th scope="col" class="right">${t('overview.calls')}</th>
            <th scope="col" class="right">${t('overview.failed')}</th>
            <th scope="col" class="right">${t('installation.cpu')}</th>
            <th scope="col" class="right">${t('usage.memory')}</th>
            <th scope="col" class="right">${t('usage.egress')}</th>
            <th scope="col" class="right">${t('usage.breaches')}</th>
            <th scope="col">${t('budgets.title')}</th>`,
          items.map(row),
        ),
    '',
    false,
  )
