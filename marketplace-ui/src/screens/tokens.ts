import type { TokenView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { icon } from '../elements/icon.ts'
import { dataTable, pageHead } from '../elements/panel.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { ago, day } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import { TokenDialog } from './token-dialog.ts'

/** Access tokens for MCP clients and the command line. */
@customElement('nx-tokens')
export class Tokens extends ScreenElement {
  private readonly action = new Action(this)
  private readonly list = new Resource(this, { args: () => [], load: (_, signal) => call('tokens', { signal }) })

  private async create(): Promise<void> {
    const servers = may('servers:read') ? await this.action.run(() => call('virtualServers', {})) : { items: [] }
    if (!servers) return
    const dialog = new TokenDialog()
    dialog.servers = servers.items
    // The list is asked again also when the dialog was left with Escape after the token had been made.
    await dialog.show()
    this.list.reload()
  }

  private async revoke(token: TokenView): Promise<void> {
    const sure = await confirmLoss({
      title: t('token.revoke.title', { name: token.name }),
      body: html`<p>${t('token.revoke.text')}</p>`,
      action: t('action.revoke'),
    })
    if (!sure) return
    const revoked = await this.action.run(async () => {
      await call('revokeToken', { params: { id: token.id } })
      return true
    })
    if (!revoked) return
    toast(t('token.revoked', { name: token.name }))
    this.list.reload()
  }

  private validity(token: TokenView): TemplateResult {
    if (token.revoked) return html`<span class="badge bad">${t('token.state.revoked')}</span>`
    if (token.expiresAt && new Date(token.expiresAt).getTime() < Date.now()) {
      return html`<span class="badge warn">${t('token.state.expired')}</span>`
    }
    return token.expiresAt ? html`${day(token.expiresAt)}` : html`<span class="muted">${t('token.never')}</span>`
  }

  private row(token: TokenView): TemplateResult {
    return html`<tr>
      <td>
        <strong dir="auto" translate="no">${token.name}</strong>
        <p class="muted small"><code translate="no">${token.hint}</code></p>
      </td>
      <td>
        <span class="chips"
          >${token.scopes.map((scope) => html`<code class="chip" translate="no">${scope}</code>`)}</span
        >
        ${token.virtualServer ? html`<p class="muted small">${t('token.onlyServer', { server: token.virtualServer })}</p>` : ''}
      </td>
      <td translate="no">${token.owner}</td>
      <td>${token.lastUsedAt ? ago(token.lastUsedAt) : html`<span class="muted">${t('token.unused')}</span>`}</td>
      <td>${this.validity(token)}</td>
      <td class="fit">
        ${
          token.revoked
            ? ''
            : html`<button
                type="button"
                class="btn danger tight"
                ?disabled=${this.action.busy}
                @click=${() => this.revoke(token)}
              >
                ${t('action.revoke')}<span class="sr" translate="no"> ${token.name}</span>
              </button>`
        }
      </td>
    </tr>`
  }

  private table(items: readonly TokenView[]): TemplateResult {
    return html`<section class="panel">
      ${dataTable(
        t('tokens.title'),
        html`<th scope="col">${t('token.name')}</th>
          <th scope="col">${t('token.scopes')}</th>
          <th scope="col">${t('token.owner')}</th>
          <th scope="col">${t('token.lastUsed')}</th>
          <th scope="col">${t('token.expires')}</th>
          <th scope="col"><span class="sr">${t('table.actions')}</span></th>`,
        items.map((token) => this.row(token)),
      )}
    </section>`
  }

  protected override render(): TemplateResult {
    const create = html`<button
      type="button"
      class="btn primary"
      ?disabled=${this.action.busy}
      @click=${() => this.create()}
    >
      ${icon('plus')}<span>${t('token.create')}</span>
    </button>`
    return html`<div class="page">
      ${pageHead(t('tokens.title'), t('tokens.lede'), create)} ${problemNotice(this.action.problem)}
      ${this.list.render(({ items }) =>
        items.length > 0
          ? this.table(items)
          : emptyState('ticket', t('tokens.empty.title'), t('tokens.empty.text'), create),
      )}
    </div>`
  }
}
