import type { LimitsView, LimitView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { NxElement } from '../elements/nx-element.ts'
import { notice } from '../elements/notice.ts'
import { dataTable, panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { formatNumber } from '../i18n/format.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { isMessageKey, t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import './installation-budgets.ts'
import './installation-usage.css'

/** What is meant by a limit, in the person's language; a limit of a newer host by its name. */
function limitName(name: string): TemplateResult | string {
  const key = `limit.${name}`
  return isMessageKey(key) ? t(key) : html`<code translate="no">${name}</code>`
}

/** The limits of an installed plugin, who decided on each, and how an admin narrows them; below, its budgets. */
@customElement('nx-installation-limits')
export class InstallationLimits extends NxElement {
  @property() installation = ''
  @property() plugin = ''
  /** What was typed, by name; empty text gives the limit back. */
  @state() private typed: Readonly<Record<string, string>> = {}
  private readonly action = new Action(this)
  private readonly limits = new Resource(this, {
    args: () => [this.installation] as const,
    load: ([id], signal) => call('installationLimits', { params: { id }, signal }),
  })

  private async save(restart: boolean): Promise<void> {
    const limits = Object.fromEntries(
      Object.entries(this.typed).map(([name, text]) => [name, text.trim() === '' ? null : Number(text)]),
    )
    const params = { id: this.installation }
    const saved = await this.action.run(() => call('changeLimits', { params, body: { limits, restart } }))
    if (!saved) {
      await this.updateComplete
      // The button is far below the first limit: what is wrong must come into sight.
      const wrong = this.querySelector('[aria-invalid="true"]')
      if (wrong instanceof HTMLElement) wrong.focus()
      return
    }
    this.typed = {}
    this.limits.replace(saved)
    toast(t(restart ? 'limits.savedNow' : 'limits.saved', { name: this.plugin }))
  }

  private row(limit: LimitView): TemplateResult {
    const error = fieldError(this.action.problem, `limits.${limit.name}`)
    const label = limitName(limit.name)
    const id = `limit-${limit.name}`
    return html`<tr>
      <td>
        ${may('installations:manage') ? html`<label for=${id}>${label}</label>` : label}
        ${error ? html`<p class="error small" id="${id}-error" translate="no">${error}</p>` : ''}
      </td>
      <td class="right"><strong class="num">${formatNumber(limit.effective)}</strong></td>
      <td>
        <span class="badge ${limit.source === 'admin' ? 'brand-tone' : ''}">${t(`limits.source.${limit.source}`)}</span>
      </td>
      <td class="right muted">${formatNumber(limit.profile)}</td>
      ${
        may('installations:manage')
          ? html`<td class="right">
              <input
                class="input number"
                id=${id}
                inputmode="numeric"
                autocomplete="off"
                aria-invalid=${error ? 'true' : 'false'}
                aria-describedby=${error ? `${id}-error` : ''}
                .value=${this.typed[limit.name] ?? String(limit.admin ?? '')}
                @input=${(event: Event) => {
                  if (event.target instanceof HTMLInputElement)
                    this.typed = { ...this.typed, [limit.name]: event.target.value }
                }}
              />
            </td>`
          : ''
      }
    </tr>`
  }

  private show(view: LimitsView): TemplateResult {
    const manage = may('installations:manage')
    const changed = Object.keys(this.typed).length > 0
    const head = html`<th scope="col">${t('limits.limit')}</th>
      <th scope="col" class="right">${t('limits.value')}</th>
      <th scope="col">${t('limits.source')}</th>
      <th scope="col" class="right">${t('limits.most')}</th>
      ${manage ? html`<th scope="col" class="right">${t('limits.yours')}</th>` : ''}`
    return panel(
      t('limits.title'),
      html`<form
        novalidate
        @submit=${(event: Event) => {
          event.preventDefault()
          void this.save(false)
        }}
      >
        <div class="inner stack-s">
          <p class="muted">${t('limits.text')}</p>
          ${view.pending ? notice('warn', t('limits.pending')) : ''}
        </div>
        ${dataTable(
          t('limits.title'),
          head,
          view.limits.map((limit) => this.row(limit)),
        )}
        ${
          manage
            ? html`<div class="inner stack-s">
                ${problemNotice(this.action.problem)}
                <div class="row">
                  <button class="btn" ?disabled=${!changed || this.action.busy}>${t('limits.save')}</button>
                  <button
                    type="button"
                    class="btn primary"
                    ?disabled=${!(changed || view.pending) || this.action.busy}
                    @click=${() => this.save(true)}
                  >
                    ${t('limits.saveNow')}
                  </button>
                  ${
                    changed
                      ? html`<button type="button" class="btn quiet" @click=${() => (this.typed = {})}>
                          ${t('settings.discard')}
                        </button>`
                      : ''
                  }
                </div>
              </div>`
            : ''
        }
      </form>`,
      html`<span class="mono small" translate="no">${view.profile}</span>`,
      false,
    )
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      <nx-installation-budgets .installation=${this.installation} .plugin=${this.plugin}></nx-installation-budgets>
      ${this.limits.render((view) => this.show(view))}
    </div>`
  }
}
