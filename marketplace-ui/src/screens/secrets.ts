import type { SecretView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { icon } from '../elements/icon.ts'
import { notice } from '../elements/notice.ts'
import { dataTable, pageHead } from '../elements/panel.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { ago, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { toast } from '../state/toasts.ts'
import { SecretDialog } from './secret-dialog.ts'

/** The secrets of the workspace by name; their values never leave the host. */
@customElement('nx-secrets')
export class Secrets extends ScreenElement {
  private readonly action = new Action(this)
  private readonly list = new Resource(this, { args: () => [], load: (_, signal) => call('secrets', { signal }) })

  private async edit(existing: string): Promise<void> {
    const dialog = new SecretDialog()
    dialog.existing = existing
    const saved = await dialog.show()
    if (saved === undefined) return
    toast(t(existing ? 'secret.replaced' : 'secret.created', { name: saved }))
    this.list.reload()
  }

  private async removeSecret(secret: SecretView): Promise<void> {
    const sure = await confirmLoss({
      title: t('secret.remove.title', { name: secret.name }),
      body: html`<p>${t('secret.remove.text')}</p>
        ${secret.usedBy.length > 0 ? notice('warn', t('secret.remove.used', { count: secret.usedBy.length })) : ''}`,
      action: t('action.remove'),
    })
    if (!sure) return
    const removed = await this.action.run(async () => {
      await call('removeSecret', { params: { name: secret.name } })
      return true
    })
    if (!removed) return
    toast(t('secret.removed', { name: secret.name }))
    this.list.reload()
  }

  private row(secret: SecretView): TemplateResult {
    return html`<tr>
      <td><code translate="no">${secret.name}</code></td>
      <td class="right">${formatNumber(secret.version)}</td>
      <td>${ago(secret.updatedAt)}</td>
      <td class="break">
        ${
          secret.usedBy.length > 0
            ? html`<span class="chips"
                >${secret.usedBy.map((user) => html`<span class="chip" translate="no">${user}</span>`)}</span
              >`
            : html`<span class="muted">${t('secret.unused')}</span>`
        }
      </td>
      <td class="fit">
        <div class="row nowrap end">
          <button type="button" class="btn tight" @click=${() => this.edit(secret.name)}>
            ${t('secret.replace')}<span class="sr" translate="no"> ${secret.name}</span>
          </button>
          <button
            type="button"
            class="btn danger tight"
            ?disabled=${this.action.busy}
            @click=${() => this.removeSecret(secret)}
          >
            ${t('action.remove')}<span class="sr" translate="no"> ${secret.name}</span>
          </button>
        </div>
      </td>
    </tr>`
  }

  protected override render(): TemplateResult {
    const create = html`<button type="button" class="btn primary" @click=${() => this.edit('')}>
      ${icon('plus')}<span>${t('secret.create')}</span>
    </button>`
    return html`<div class="page">
      ${pageHead(t('secrets.title'), t('secrets.lede'), create)} ${problemNotice(this.action.problem)}
      ${this.list.render(({ items }) =>
        items.length === 0
          ? emptyState('secrets', t('secrets.empty.title'), t('secrets.empty.text'), create)
          : html`<section class="panel">
              ${dataTable(
                t('secrets.title'),
                html`<th scope="col">${t('secret.name')}</th>
                  <th scope="col" class="right">${t('secret.version')}</th>
                  <th scope="col">${t('secret.updated')}</th>
                  <th scope="col">${t('secret.usedBy')}</th>
                  <th scope="col"><span class="sr">${t('table.actions')}</span></th>`,
                items.map((secret) => this.row(secret)),
              )}
            </section>`,
      )}
    </div>`
  }
}
