import type { GrantedUseView, GrantsView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { selectField } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { notice } from '../elements/notice.ts'
import { dataTable, panel } from '../elements/panel.ts'
import { stateDot } from '../elements/plugin-state.ts'
import { problemNotice } from '../elements/states.ts'
import { ago, formatMoment, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'

type Grant = GrantsView['grants'][number]

const SPANS = [7, 30, 90, 180, 365] as const
const tones = { used: 'ok', unused: 'warn', withheld: 'off' } as const

const bare = ({ family, name, verb }: Grant): GrantedUseView => ({ family, name, verb })

/** What a plugin was granted and does not use, and one click to take it back. */
@customElement('nx-installation-grants')
export class InstallationGrants extends NxElement {
  @property() installation = ''
  @property() plugin = ''
  @state() private days: number = 30
  private readonly action = new Action(this)
  private readonly grants = new Resource(this, {
    args: () => [this.installation, this.days] as const,
    load: ([id, days], signal) => call('installationGrants', { params: { id }, query: { days }, signal }),
    keepWhileLoading: true,
  })

  private async withhold(grants: readonly Grant[]): Promise<void> {
    const sure = await confirmLoss({
      title: t('grants.withhold.title', { name: this.plugin }),
      action: t('grants.withhold'),
      body: html`<p>${t('grants.withhold.text')}</p>
        <ul class="chips">
          ${grants.map((grant) => html`<li><code class="chip" translate="no">${grant.verb} ${grant.name}</code></li>`)}
        </ul>`,
    })
    if (sure) await this.change('withholdGrants', grants, t('grants.withheld', { count: grants.length }))
  }

  private async change(
    route: 'withholdGrants' | 'restoreGrants',
    grants: readonly Grant[],
    done: string,
  ): Promise<void> {
    const request = {
      params: { id: this.installation },
      query: { days: this.days },
      body: { grants: grants.map(bare) },
    }
    const changed = await this.action.run(() => call(route, request))
    if (!changed) return
    this.grants.replace(changed)
    this.requestUpdate()
    toast(done)
  }

  private row(grant: Grant): TemplateResult {
    const { busy } = this.action
    const verb = grant.state === 'withheld' ? t('grants.restore') : t('grants.withhold')
    return html`<tr>
      <td>
        <span class="row nowrap">${icon(grant.family)}<code class="break" translate="no">${grant.name}</code></span>
      </td>
      <td><code class="small" translate="no">${grant.verb}</code></td>
      <td>
        <span class="state">${stateDot(tones[grant.state])}<span>${t(`grants.state.${grant.state}`)}</span></span>
      </td>
      <td class="right">${formatNumber(grant.uses)}</td>
      <td>${grant.lastUsedAt ? ago(grant.lastUsedAt) : t('grants.never')}</td>
      ${
        may('installations:manage')
          ? html`<td class="right">
              ${
                grant.state === 'used'
                  ? ''
                  : html`<button
                      type="button"
                      class="btn tight"
                      ?disabled=${busy}
                      aria-label="${verb}: ${grant.verb} ${grant.name}"
                      @click=${() =>
                        grant.state === 'withheld'
                          ? this.change('restoreGrants', [grant], t('grants.restored'))
                          : this.withhold([grant])}
                    >
                      ${verb}
                    </button>`
              }
            </td>`
          : ''
      }
    </tr>`
  }

  private judgement(view: GrantsView, unused: readonly Grant[]): TemplateResult {
    const since = view.measuredSince ? formatMoment(view.measuredSince) : t('grants.never')
    const young = view.measuredDays < view.days
    return html`${young ? notice('info', t('grants.young', { count: view.measuredDays, days: view.days, since })) : ''}
    ${
      unused.length === 0
        ? html`<p class="row">${stateDot('ok')}<span>${t('grants.none', { count: view.days })}</span></p>`
        : html`<div class="row spread">
            <p class="row">${stateDot('warn')}<span>${t('grants.unused', { count: unused.length })}</span></p>
            ${
              may('installations:manage')
                ? html`<button
                    type="button"
                    class="btn"
                    ?disabled=${this.action.busy}
                    @click=${() => this.withhold(unused)}
                  >
                    ${t('grants.withholdAll')}
                  </button>`
                : ''
            }
          </div>`
    }`
  }

  private show(view: GrantsView): TemplateResult {
    const unused = view.grants.filter((grant) => grant.state === 'unused')
    if (view.grants.length === 0) return panel(t('grants.title'), html`<p class="muted">${t('grants.nothing')}</p>`)
    return panel(
      t('grants.title'),
      html`<div class="inner stack-s">
          <p class="muted">${t('grants.text')}</p>
          ${selectField(
            {
              id: 'grants-days',
              label: t('grants.days'),
              value: String(this.days),
              onChange: (value) => (this.days = Number(value)),
            },
            SPANS.map((days) => ({ value: String(days), label: t('grants.span', { count: days }) })),
          )}
          ${problemNotice(this.action.problem)} ${this.judgement(view, unused)}
        </div>
        ${dataTable(
          t('grants.title'),
          html`<th scope="col">${t('grants.grant')}</th>
            <th scope="col">${t('grants.verb')}</th>
            <th scope="col">${t('installed.state')}</th>
            <th scope="col" class="right">${t('grants.uses')}</th>
            <th scope="col">${t('grants.last')}</th>
            ${may('installations:manage') ? html`<th scope="col"><span class="sr">${t('grants.action')}</span></th>` : ''}`,
          view.grants.map((grant) => this.row(grant)),
        )}`,
      '',
      false,
    )
  }

  protected override render(): TemplateResult {
    return this.grants.render((view) => this.show(view), 4)
  }
}
