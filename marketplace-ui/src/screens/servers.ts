import type { VirtualServerView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { go } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { copyLine } from '../elements/copy-button.ts'
import { icon } from '../elements/icon.ts'
import { pageHead, panel } from '../elements/panel.ts'
import { emptyState } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Resource } from '../state/resource.ts'
import { may, session } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import { ServerImportDialog } from './server-import-dialog.ts'

/** The virtual servers of the workspace: named selections of tools with an address of their own. */
@customElement('nx-servers')
export class Servers extends ScreenElement {
  private readonly list = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('virtualServers', { signal }),
  })

  private async import(): Promise<void> {
    const made = await new ServerImportDialog().show()
    if (made === undefined) return
    const { server, missing } = made
    toast(
      missing.length === 0
        ? t('server.saved', { title: server.title })
        : t('servers.import.missing', { labels: missing.join(', ') }),
    )
    go(`/servers/${server.name}`)
  }

  private card(server: VirtualServerView): TemplateResult {
    return html`<li class="panel">
      <header>
        <h2><a href="/servers/${server.name}" dir="auto" translate="no">${server.title}</a></h2>
        <span class="row">
          ${
            server.problems.length > 0
              ? html`<span class="badge warn">${t('servers.problems', { count: server.problems.length })}</span>`
              : ''
          }
          <span class="badge">${t('server.toolCount', { count: server.effective.length })}</span>
        </span>
      </header>
      <div class="inner stack-s">
        ${server.description ? html`<p dir="auto" translate="no">${server.description}</p>` : ''}
        ${copyLine(server.url, t('server.endpoint'))}
      </div>
    </li>`
  }

  protected override render(): TemplateResult {
    const create = may('servers:manage')
      ? html`<button type="button" class="btn" @click=${() => this.import()}>
            ${icon('up')}<span>${t('servers.import')}</span>
          </button>
          <a class="btn primary" href="/servers/create/new">${icon('plus')}<span>${t('servers.create')}</span></a>`
      : ''
    return html`<div class="page">
      ${pageHead(t('servers.title'), t('servers.lede'), create)}
      ${panel(
        t('servers.default'),
        html`<div class="stack-s">
          <p class="muted">${t('servers.default.text')}</p>
          ${copyLine(session.value?.host.mcpUrl ?? '', t('server.endpoint'))}
        </div>`,
      )}
      ${this.list.render(({ items }) =>
        items.length > 0
          ? html`<ul class="stack">
              ${items.map((server) => this.card(server))}
            </ul>`
          : emptyState('layers', t('servers.empty.title'), t('servers.empty.text'), create),
      )}
    </div>`
  }
}
