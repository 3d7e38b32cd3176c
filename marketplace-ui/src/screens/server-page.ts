import type { VirtualServerView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { go } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { copyLine } from '../elements/copy-button.ts'
import { icon } from '../elements/icon.ts'
import { notice } from '../elements/notice.ts'
import { dataTable, facts, pageHead, panel } from '../elements/panel.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import { snippetList } from './client-snippets.ts'
import { ServerCloneDialog } from './server-clone-dialog.ts'
import { filterWords, type ServerDraft } from './server-draft.ts'
import './server-editor.ts'
import type { SavedDraft } from './server-editor.ts'

/** One virtual server: its address, ready client configurations, what clients see, and the editor. */
@customElement('nx-server-page')
export class ServerPage extends ScreenElement {
  private readonly action = new Action(this)
  private readonly server = new Resource(this, {
    args: () => [this.param('name')] as const,
    load: ([name], signal) => call('virtualServer', { params: { name }, signal }),
    wholePage: true,
    onLoad: (server) => (document.title = t('app.documentTitle', { screen: server.title })),
  })
  private readonly catalog = new Resource(this, {
    args: () => [this.param('tab') === 'edit'] as const,
    load: ([wanted], signal) => (wanted ? call('catalog', { signal }) : Promise.resolve({ items: [] })),
  })
  /** Whom access and rules name; only those who manage people may see them all. */
  private readonly people = new Resource(this, {
    args: () => [may('users:manage')] as const,
    load: ([allowed], signal) => (allowed ? call('users', { signal }) : Promise.resolve({ items: [] })),
  })

  private async save({ draft }: SavedDraft, revision: number): Promise<void> {
    const params = { name: this.param('name') }
    const saved = await this.action.run(() => call('changeVirtualServer', { params, body: { ...draft, revision } }))
    if (!saved) return
    this.server.replace(saved)
    toast(t('server.saved', { title: saved.title }))
    go(`/servers/${saved.name}`)
  }

  private async removeServer(server: VirtualServerView): Promise<void> {
    const sure = await confirmLoss({
      title: t('server.remove.title', { title: server.title }),
      body: html`<p>${t('server.remove.text')}</p>`,
      action: t('action.remove'),
    })
    if (!sure) return
    const removed = await this.action.run(async () => {
      await call('removeVirtualServer', { params: { name: server.name } })
      return true
    })
    if (!removed) return
    toast(t('server.removed', { title: server.title }))
    go('/servers')
  }

  private async clone(server: VirtualServerView): Promise<void> {
    const dialog = new ServerCloneDialog()
    dialog.server = server
    const made = await dialog.show()
    if (made === undefined) return
    toast(t('server.created', { title: made.title }))
    go(`/servers/${made.name}`)
  }

  private async download(server: VirtualServerView): Promise<void> {
    const exported = await this.action.run(() => call('exportVirtualServer', { params: { name: server.name } }))
    if (exported === undefined) return
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([exported.yaml], { type: 'application/yaml' }))
    link.download = exported.file
    link.click()
    URL.revokeObjectURL(link.href)
  }

  private actions(server: VirtualServerView): TemplateResult | '' {
    const exporting = html`<button
      type="button"
      class="btn"
      ?disabled=${this.action.busy}
      @click=${() => this.download(server)}
    >
      ${icon('download')}<span>${t('server.export')}</span>
    </button>`
    if (!may('servers:manage')) return exporting
    return html`<a class="btn" href="/servers/${server.name}/edit">${icon('edit')}<span>${t('action.edit')}</span></a>
      <button type="button" class="btn" @click=${() => this.clone(server)}>
        ${icon('copy')}<span>${t('server.clone')}</span>
      </button>
      ${exporting}
      <button type="button" class="btn danger" ?disabled=${this.action.busy} @click=${() => this.removeServer(server)}>
        ${icon('trash')}<span>${t('action.remove')}</span>
      </button>`
  }

  private effective(server: VirtualServerView): TemplateResult {
    return panel(
      t('server.effective'),
      server.effective.length === 0
        ? emptyState('tools', t('server.effective.none'), t('server.effective.none.text'))
        : dataTable(
            t('server.effective'),
            html`<th scope="col">${t('server.exposed')}</th>
              <th scope="col">${t('server.upstream')}</th>
              <th scope="col">${t('server.original')}</th>`,
            server.effective.map(
              (item) =>
                html`<tr>
                  <td><code class="break" translate="no">${item.exposed}</code></td>
                  <td translate="no">${item.upstream}</td>
                  <td><code class="break" translate="no">${item.tool}</code></td>
                </tr>`,
            ),
          ),
      html`<span class="badge">${t('server.toolCount', { count: server.effective.length })}</span>`,
      server.effective.length === 0,
    )
  }

  private usage(server: VirtualServerView): TemplateResult {
    const { access, rules, rate, offers, include, exclude, toolSearch } = server
    const names = new Map((this.people.value?.items ?? []).map((person) => [`user:${person.id}`, person.displayName]))
    const { roles = [], principals = [] } = access
    const who = html`${roles.map((role) => t(`role.${role}`)).join(', ')}
      <span dir="auto" translate="no">${principals.map((one) => names.get(one) ?? one).join(', ')}</span>`
    const rates = (['perPrincipal', 'total'] as const).flatMap((name) =>
      rate[name] === undefined ? [] : [`${t(`server.rate.${name}`)}: ${rate[name]}`],
    )
    const patterns = (list: VirtualServerView['include']) =>
      list.map((filter) => filterWords(filter).join(' ')).join(', ')
    return panel(
      t('server.use'),
      facts([
        [t('server.audience'), roles.length + principals.length === 0 ? t('server.audience.all') : who],
        [t('server.rules'), rules.length === 0 ? t('server.none') : t('server.ruleCount', { count: rules.length })],
        [t('server.rate'), rates.length === 0 ? t('server.none') : rates.join(', ')],
        [
          t('server.include'),
          include.length === 0 ? t('server.none') : html`<code translate="no">${patterns(include)}</code>`,
        ],
        [
          t('server.exclude'),
          exclude.length === 0 ? t('server.none') : html`<code translate="no">${patterns(exclude)}</code>`,
        ],
        [t('server.toolSearch'), t(`server.toolSearch.${toolSearch.mode}`)],
        [t('server.kind.prompt'), String(offers.prompts)],
        [t('server.kind.resource'), String(offers.resources + offers.resourceTemplates)],
      ]),
    )
  }

  private details(server: VirtualServerView): TemplateResult {
    return html`<div class="stack">
      ${problemNotice(this.action.problem)}
      ${
        server.problems.length > 0
          ? notice(
              'warn',
              html`<ul class="stack-s" translate="no">
                ${server.problems.map((item) => html`<li>${item.message}</li>`)}
              </ul>`,
            )
          : ''
      }
      <div class="halves">
        <div class="stack">
          ${panel(t('server.endpoint'), copyLine(server.url, t('server.endpoint')))} ${this.usage(server)}
          ${this.effective(server)}
        </div>
        ${panel(
          t('server.connect'),
          html`<div class="stack">
            <p class="muted">${t('server.connect.text')} <a href="/tokens">${t('server.connect.token')}</a></p>
            ${snippetList(server.name, server.url, t('client.tokenPlaceholder'))}
          </div>`,
        )}
      </div>
    </div>`
  }

  private editor(server: VirtualServerView): TemplateResult {
    return this.catalog.render(
      ({ items }) =>
        html`${
            this.action.problem?.code === 'VIRTUAL_SERVER_CHANGED'
              ? html`<button type="button" class="btn" @click=${() => location.reload()}>
                  ${t('server.loadAgain')}
                </button>`
              : ''
          }
          <nx-server-editor
            .upstreams=${items}
            .people=${this.people.value?.items ?? []}
            .name=${server.name}
            .start=${draftOf(server)}
            .busy=${this.action.busy}
            .problem=${this.action.problem}
            @save=${(event: CustomEvent<SavedDraft>) => this.save(event.detail, server.revision)}
          ></nx-server-editor>`,
    )
  }

  protected override render(): TemplateResult {
    const editing = this.param('tab') === 'edit' && may('servers:manage')
    return html`<div class="page">
      ${this.server.render(
        (server) =>
          html`<div class="stack loose">
            ${pageHead(server.title, server.description, editing ? '' : this.actions(server), true)}
            ${editing ? this.editor(server) : this.details(server)}
          </div>`,
      )}
    </div>`
  }
}

/** What can be edited of a server. */
function draftOf(server: VirtualServerView): ServerDraft {
  const { title, description, prefixMode, tools, prompts, resources, resourceTemplates } = server
  const { include, exclude, access, rules, rate, toolSearch } = server
  const picks = { tools, prompts, resources, resourceTemplates, include, exclude }
  return { title, description, prefixMode, ...picks, access, rules, rate, toolSearch }
}
