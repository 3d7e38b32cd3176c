import type { PolicyRuleView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { icon } from '../elements/icon.ts'
import { dataTable, pageHead } from '../elements/panel.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { day } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { toast } from '../state/toasts.ts'
import { termsText } from './rule-approval.ts'
import { RuleDialog } from './rule-dialog.ts'
import './update-policy.ts'

const TONES = { allow: 'ok', deny: 'bad', ask: 'warn' } as const

/** The rules that every call passes: they allow, deny or ask. */
@customElement('nx-policies')
export class Policies extends ScreenElement {
  private readonly action = new Action(this)
  private readonly list = new Resource(this, { args: () => [], load: (_, signal) => call('policyRules', { signal }) })

  private async add(): Promise<void> {
    if (!(await new RuleDialog().show())) return
    toast(t('policy.added'))
    this.list.reload()
  }

  private async removeRule(rule: PolicyRuleView): Promise<void> {
    const sure = await confirmLoss({
      title: t('policy.remove.title'),
      body: html`<p>${t('policy.remove.text')}</p>`,
      action: t('action.remove'),
    })
    if (!sure) return
    const removed = await this.action.run(async () => {
      await call('removePolicyRule', { params: { id: rule.id } })
      return true
    })
    if (!removed) return
    toast(t('policy.removed'))
    this.list.reload()
  }

  private row(rule: PolicyRuleView): TemplateResult {
    return html`<tr>
      <td>
        <span class="badge ${TONES[rule.effect]}">${t(`policy.effect.${rule.effect}`)}</span>
        ${rule.approval === undefined ? '' : html`<span class="muted small">${termsText(rule.approval)}</span>`}
      </td>
      <td>${rule.role === '*' ? t('policy.everyone') : t(`role.${rule.role}`)}</td>
      <td><code class="break" translate="no">${rule.plugin}</code></td>
      <td>${t(`policy.kind.${rule.kind}`)}</td>
      <td><code class="break" translate="no">${rule.tool}</code></td>
      <td>${day(rule.createdAt)}</td>
      <td class="fit">
        <button
          type="button"
          class="btn danger tight"
          ?disabled=${this.action.busy}
          @click=${() => this.removeRule(rule)}
        >
          ${t('action.remove')}<span class="sr" translate="no"> ${rule.plugin} ${rule.tool}</span>
        </button>
      </td>
    </tr>`
  }

  protected override render(): TemplateResult {
    const add = html`<button type="button" class="btn primary" @click=${() => this.add()}>
      ${icon('plus')}<span>${t('policy.add')}</span>
    </button>`
    return html`<div class="page">
      ${pageHead(t('policies.title'), t('policies.lede'), add)} ${problemNotice(this.action.problem)}
      ${this.list.render(({ items }) =>
        items.length === 0
          ? emptyState('shield', t('policies.empty.title'), t('policies.empty.text'), add)
          : html`<section class="panel">
              ${dataTable(
                t('policies.title'),
                html`<th scope="col">${t('policy.effect')}</th>
                  <th scope="col">${t('person.role')}</th>
                  <th scope="col">${t('installed.plugin')}</th>
                  <th scope="col">${t('policy.kind')}</th>
                  <th scope="col">${t('policy.name')}</th>
                  <th scope="col">${t('policy.since')}</th>
                  <th scope="col"><span class="sr">${t('table.actions')}</span></th>`,
                items.map((rule) => this.row(rule)),
              )}
            </section>`,
      )}
      <nx-update-policy></nx-update-policy>
    </div>`
  }
}
