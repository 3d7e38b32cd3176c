import type { BudgetRequest, BudgetView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { selectField, textField } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { dataTable, panel } from '../elements/panel.ts'
import { stateDot } from '../elements/plugin-state.ts'
import { problemNotice } from '../elements/states.ts'
import { formatBytes, formatMoment, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import './installation-usage.css'

const METERS = ['calls', 'cpuSeconds', 'egressBytes'] as const
const PERIODS = ['day', 'month'] as const
/** From this share on a bar is shown as full. */
const ALMOST = 0.999
const tones = { ok: 'ok', warned: 'warn', exhausted: 'bad' } as const

/** A budget while it is edited: numbers as they were typed. */
interface Draft {
  readonly meter: BudgetRequest['meter']
  readonly period: BudgetRequest['period']
  readonly soft: string
  readonly hard: string
}

/** An amount in the unit of its meter. */
export function budgetAmount(meter: BudgetRequest['meter'], value: number): string {
  if (meter === 'egressBytes') return formatBytes(value)
  if (meter === 'calls') return formatNumber(value)
  return formatNumber(value, { style: 'unit', unit: 'second', maximumFractionDigits: 2 })
}

/** What an installed plugin may use in a day or a month, and how much of it is gone. */
@customElement('nx-installation-budgets')
export class InstallationBudgets extends NxElement {
  @property() installation = ''
  @property() plugin = ''
  @state() private drafts: readonly Draft[] | undefined
  private readonly action = new Action(this)
  private readonly budgets = new Resource(this, {
    args: () => [this.installation] as const,
    load: ([id], signal) => call('installationBudgets', { params: { id }, signal }),
    refreshMs: REFRESH_MS,
  })

  private edit(items: readonly BudgetView[]): void {
    const kept = items.map(({ meter, period, soft, hard }) => ({
      meter,
      period,
      soft: soft === undefined ? '' : String(soft),
      hard: hard === undefined ? '' : String(hard),
    }))
    this.drafts = kept.length > 0 ? kept : [{ meter: 'calls', period: 'day', soft: '', hard: '' }]
  }

  private change(index: number, change: Partial<Draft>): void {
    this.drafts = this.drafts?.map((draft, at) => (at === index ? { ...draft, ...change } : draft))
  }

  private add(): void {
    const used = new Set(this.drafts?.map(({ meter, period }) => `${meter} ${period}`))
    const free = METERS.flatMap((meter) => PERIODS.map((period) => ({ meter, period })))
    const next = free.find(({ meter, period }) => !used.has(`${meter} ${period}`))
    if (next) this.drafts = [...(this.drafts ?? []), { ...next, soft: '', hard: '' }]
  }

  private async save(): Promise<void> {
    const budgets = (this.drafts ?? []).map(({ meter, period, soft, hard }) => ({
      meter,
      period,
      ...(soft.trim() !== '' && { soft: Number(soft) }),
      ...(hard.trim() !== '' && { hard: Number(hard) }),
    }))
    const params = { id: this.installation }
    const saved = await this.action.run(() => call('putBudgets', { params, body: { budgets } }))
    if (!saved) return
    this.drafts = undefined
    this.budgets.replace(saved)
    toast(t('budgets.saved', { name: this.plugin }))
  }

  private draft(draft: Draft, index: number): TemplateResult {
    const id = `budget-${index}`
    return html`<div class="budget" role="group" aria-label=${t('budgets.one', { number: index + 1 })}>
      ${selectField(
        {
          id: `${id}-meter`,
          label: t('budgets.meter'),
          value: draft.meter,
          onChange: (value) => this.change(index, { meter: METERS.find((meter) => meter === value) ?? 'calls' }),
        },
        METERS.map((meter) => ({ value: meter, label: t(`budgets.meter.${meter}`) })),
      )}
      ${selectField(
        {
          id: `${id}-period`,
          label: t('budgets.period'),
          value: draft.period,
          onChange: (value) => this.change(index, { period: PERIODS.find((period) => period === value) ?? 'day' }),
        },
        PERIODS.map((period) => ({ value: period, label: t(`budgets.period.${period}`) })),
      )}
      ${textField({
        id: `${id}-soft`,
        label: t('budgets.soft'),
        type: 'number',
        value: draft.soft,
        onInput: (soft) => this.change(index, { soft }),
      })}
      ${textField({
        id: `${id}-hard`,
        label: t('budgets.hard'),
        type: 'number',
        value: draft.hard,
        onInput: (hard) => this.change(index, { hard }),
      })}
      <button
        type="button"
        class="btn square"
        aria-label=${t('budgets.drop', { number: index + 1 })}
        @click=${() => (this.drafts = this.drafts?.filter((_, at) => at !== index))}
      >
        ${icon('trash')}
      </button>
    </div>`
  }

  private form(drafts: readonly Draft[]): TemplateResult {
    return html`<form
      class="stack"
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault()
        void this.save()
      }}
    >
      <p class="muted">${t('budgets.edit.text')}</p>
      ${problemNotice(this.action.problem)} ${drafts.map((draft, index) => this.draft(draft, index))}
      <div class="row">
        <button class="btn primary" ?disabled=${this.action.busy}>${t('budgets.save')}</button>
        ${
          drafts.length < METERS.length * PERIODS.length
            ? html`<button type="button" class="btn" @click=${() => this.add()}>
                ${icon('plus')}<span>${t('budgets.add')}</span>
              </button>`
            : ''
        }
        <button type="button" class="btn quiet" @click=${() => (this.drafts = undefined)}>${t('action.cancel')}</button>
      </div>
    </form>`
  }

  private row(item: BudgetView): TemplateResult {
    const end = item.hard ?? item.soft ?? 0
    const label = `${t(`budgets.meter.${item.meter}`)}, ${t(`budgets.period.${item.period}`)}`
    return html`<tr>
      <td>
        ${t(`budgets.meter.${item.meter}`)}
        <p class="muted small">${t(`budgets.period.${item.period}`)}</p>
      </td>
      <td>
        <span class="state">${stateDot(tones[item.state])}<span>${t(`budgets.state.${item.state}`)}</span></span>
      </td>
      <td>
        <meter
          class="meter"
          min="0"
          max=${end}
          low=${item.soft ?? end}
          high=${end * ALMOST}
          optimum="0"
          .value=${Math.min(item.used, end)}
          aria-label=${label}
        ></meter>
        <span class="small" translate="no"
          >${budgetAmount(item.meter, item.used)} / ${budgetAmount(item.meter, end)}</span
        >
      </td>
      <td class="right" translate="no">${item.soft === undefined ? '–' : budgetAmount(item.meter, item.soft)}</td>
      <td class="right" translate="no">${item.hard === undefined ? '–' : budgetAmount(item.meter, item.hard)}</td>
      <td><time datetime=${item.resetsAt}>${formatMoment(item.resetsAt)}</time></td>
    </tr>`
  }

  private show(items: readonly BudgetView[]): TemplateResult {
    const edit = may('installations:manage')
      ? html`<button type="button" class="btn tight" @click=${() => this.edit(items)}>
          ${icon('edit')}<span>${t('budgets.edit')}</span>
        </button>`
      : ''
    if (this.drafts) return panel(t('budgets.title'), this.form(this.drafts))
    if (items.length === 0) return panel(t('budgets.title'), html`<p class="muted">${t('budgets.none')}</p>`, edit)
    return panel(
      t('budgets.title'),
      dataTable(
        t('budgets.title'),
        html`<th scope="col">${t('budgets.meter')}</th>
          <th scope="col">${t('installed.state')}</th>
          <th scope="col">${t('budgets.used')}</th>
          <th scope="col" class="right">${t('budgets.soft')}</th>
          <th scope="col" class="right">${t('budgets.hard')}</th>
          <th scope="col">${t('budgets.resets')}</th>`,
        items.map((item) => this.row(item)),
      ),
      edit,
      false,
    )
  }

  protected override render(): TemplateResult {
    return this.budgets.render(({ items }) => this.show(items), 3)
  }
}
