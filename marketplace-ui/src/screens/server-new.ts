import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { go } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { pageHead } from '../elements/panel.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { toast } from '../state/toasts.ts'
import { may } from '../state/session.ts'
import './server-editor.ts'
import type { SavedDraft } from './server-editor.ts'

/** Creates a virtual server. */
@customElement('nx-server-new')
export class ServerNew extends ScreenElement {
  private readonly action = new Action(this)
  private readonly catalog = new Resource(this, { args: () => [], load: (_, signal) => call('catalog', { signal }) })
  /** Whom access and rules may name; only those who manage people may see them all. */
  private readonly people = new Resource(this, {
    args: () => [may('users:manage')] as const,
    load: ([allowed], signal) => (allowed ? call('users', { signal }) : Promise.resolve({ items: [] })),
  })

  private async save({ name, draft }: SavedDraft): Promise<void> {
    const made = await this.action.run(() => call('createVirtualServer', { body: { ...draft, name } }))
    if (!made) return
    toast(t('server.created', { title: made.title }))
    go(`/servers/${made.name}`)
  }

  protected override render(): TemplateResult {
    return html`<div class="page">
      ${pageHead(t('server.new.title'), t('server.new.lede'))}
      ${this.catalog.render(
        ({ items }) =>
          html`<nx-server-editor
            .upstreams=${items}
            .people=${this.people.value?.items ?? []}
            .isNew=${true}
            .busy=${this.action.busy}
            .problem=${this.action.problem}
            @save=${(event: CustomEvent<SavedDraft>) => this.save(event.detail)}
          ></nx-server-editor>`,
      )}
    </div>`
  }
}
