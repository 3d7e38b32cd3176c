import type { ToolView, UpstreamView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { checkField } from '../elements/field.ts'
import { NxElement } from '../elements/nx-element.ts'
import { emptyState } from '../elements/states.ts'
import { toolBehaviour } from '../elements/tools-list.ts'
import { t } from '../i18n/translate.ts'
import { TOOLS_SHOWN } from '../limits.ts'
import { ALL_TOOLS, choose, isChosen, rename, takesAll, type ServerDraft } from './server-draft.ts'

/** Chooses tools by upstream: search, tick what matches, rename what is chosen. */
@customElement('nx-server-tools')
export class ServerTools extends NxElement {
  @property({ attribute: false }) upstreams: readonly UpstreamView[] = []
  @property({ attribute: false }) draft: ServerDraft | undefined
  @state() private search = ''

  private change(draft: ServerDraft): void {
    this.dispatchEvent(new CustomEvent('draft-change', { detail: draft }))
  }

  private isMatch(tool: ToolView): boolean {
    const wanted = this.search.trim().toLowerCase()
    return `${tool.name} ${tool.title ?? ''} ${tool.description ?? ''}`.toLowerCase().includes(wanted)
  }

  private tool(draft: ServerDraft, upstream: UpstreamView, tool: ToolView): TemplateResult {
    const chosen = isChosen(draft, upstream.label, tool.name)
    const entry = draft.tools.find((item) => item.upstream === upstream.label && item.tool === tool.name)
    const id = `tool-${upstream.label}-${tool.name}`
    return html`<li class="choice">
      <label class="check">
        <input
          type="checkbox"
          id=${id}
          .checked=${chosen}
          ?disabled=${takesAll(draft, upstream.label)}
          @change=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) {
              this.change(choose(draft, upstream.label, [tool.name], event.target.checked))
            }
          }}
        />
        <span>
          <span class="row"><code translate="no">${tool.name}</code>${toolBehaviour(tool)}</span>
          ${tool.description ? html`<span class="muted small clamp" dir="auto" translate="no">${tool.description}</span>` : ''}
        </span>
      </label>
      ${
        entry
          ? html`<input
              class="input mono rename"
              aria-label=${t('server.rename', { tool: tool.name })}
              placeholder=${t('server.rename.placeholder')}
              pattern="[a-zA-Z0-9_\\-]{1,64}"
              maxlength="64"
              autocomplete="off"
              .value=${entry.as ?? ''}
              @input=${(event: Event) => {
                if (event.target instanceof HTMLInputElement) {
                  this.change(
                    rename(draft, upstream.label, tool.name, event.target.value.replaceAll(/[^a-zA-Z0-9_-]/g, '_')),
                  )
                }
              }}
            />`
          : ''
      }
    </li>`
  }

  private upstream(draft: ServerDraft, upstream: UpstreamView): TemplateResult {
    const matching = upstream.tools.filter((tool) => this.isMatch(tool))
    if (matching.length === 0 && this.search !== '') return html``
    const names = matching.map((tool) => tool.name)
    const all = takesAll(draft, upstream.label)
    const every = names.every((name) => isChosen(draft, upstream.label, name))
    return html`<fieldset class="upstream">
      <legend class="row"><span class="mono" translate="no">${upstream.label}</span></legend>
      <div class="row wide">
        ${checkField(t('server.allTools'), all, (on) => this.change(choose(draft, upstream.label, [ALL_TOOLS], on)), {
          id: `all-${upstream.label}`,
        })}
        ${
          all || names.length === 0
            ? ''
            : html`<button
                type="button"
                class="btn tight"
                @click=${() => this.change(choose(draft, upstream.label, names, !every))}
              >
                ${t(every ? 'server.deselect' : 'server.select', { count: names.length })}
              </button>`
        }
      </div>
      <ul class="choices">
        ${matching.slice(0, TOOLS_SHOWN).map((tool) => this.tool(draft, upstream, tool))}
      </ul>
      ${matching.length > TOOLS_SHOWN ? html`<p class="muted small">${t('server.narrow', { count: matching.length - TOOLS_SHOWN })}</p>` : ''}
    </fieldset>`
  }

  protected override render(): TemplateResult {
    const { draft } = this
    if (!draft) return html``
    if (this.upstreams.length === 0) {
      return emptyState(
        'tools',
        t('server.noTools.title'),
        t('server.noTools.text'),
        html`<a class="btn" href="/marketplace">${t('market.title')}</a>`,
      )
    }
    const found = this.upstreams.reduce((sum, item) => sum + item.tools.filter((tool) => this.isMatch(tool)).length, 0)
    return html`<div class="stack">
      <div class="field">
        <label for="tool-search">${t('server.search')}</label>
        <input
          class="input"
          type="search"
          id="tool-search"
          autocomplete="off"
          .value=${this.search}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) this.search = event.target.value
          }}
        />
        <span class="hint" role="status">${t('server.found', { count: found })}</span>
      </div>
      ${this.upstreams.map((upstream) => this.upstream(draft, upstream))}
    </div>`
  }
}
