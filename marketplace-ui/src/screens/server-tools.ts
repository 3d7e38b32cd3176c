import type { CatalogEntry, CatalogView, EntryKind } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { checkField, selectField } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { emptyState } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { TOOLS_SHOWN } from '../limits.ts'
import {
  ALL_TOOLS,
  choiceOf,
  choose,
  ENTRY_KINDS,
  fitsSearch,
  isChosen,
  rename,
  type ServerDraft,
  showAs,
  takesAll,
} from './server-draft.ts'
import { ServerEntryDialog } from './server-entry-dialog.ts'

/** Chooses entries by upstream: search, tick what matches, rename and reword what is chosen. */
@customElement('nx-server-tools')
export class ServerTools extends NxElement {
  @property({ attribute: false }) upstreams: readonly CatalogView[] = []
  @property({ attribute: false }) draft: ServerDraft | undefined
  @state() private search = ''
  @state() private kind: EntryKind = 'tool'

  private change(draft: ServerDraft): void {
    this.dispatchEvent(new CustomEvent('draft-change', { detail: draft }))
  }

  private matching(upstream: CatalogView): readonly CatalogEntry[] {
    return upstream.entries.filter(
      ({ kind, ...entry }) => kind === this.kind && fitsSearch({ kind, ...entry }, this.search),
    )
  }

  private async edit(draft: ServerDraft, upstream: string, entry: CatalogEntry): Promise<void> {
    const dialog = new ServerEntryDialog()
    dialog.entry = entry
    dialog.shown = choiceOf(draft, entry.kind, upstream, entry.key) ?? {}
    const shown = await dialog.show()
    if (shown !== undefined) this.change(showAs(this.draft ?? draft, entry.kind, upstream, entry.key, shown))
  }

  private entry(draft: ServerDraft, upstream: string, entry: CatalogEntry): TemplateResult {
    const { kind, key } = entry
    const choice = choiceOf(draft, kind, upstream, key)
    return html`<li class="choice">
      <label class="check">
        <input
          type="checkbox"
          id=${`${kind}-${upstream}-${key}`}
          .checked=${isChosen(draft, kind, upstream, key)}
          ?disabled=${takesAll(draft, upstream)}
          @change=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) {
              this.change(choose(draft, kind, upstream, [key], event.target.checked))
            }
          }}
        />
        <span>
          <span class="row"><code translate="no">${key}</code>${entryBadges(entry)}</span>
          ${entry.description ? html`<span class="muted small clamp" dir="auto" translate="no">${entry.description}</span>` : ''}
          ${choice === undefined ? '' : overrides(choice)}
        </span>
      </label>
      ${
        isChosen(draft, kind, upstream, key)
          ? html`<div class="row reword">
              ${choice !== undefined && (kind === 'tool' || kind === 'prompt') ? this.renameField(draft, upstream, entry, choice.as ?? '') : ''}
              <button
                type="button"
                class="btn tight icon-only"
                aria-label=${t('server.reword', { tool: key })}
                title=${t('server.reword', { tool: key })}
                @click=${() => this.edit(draft, upstream, entry)}
              >
                ${icon('edit')}
              </button>
            </div>`
          : ''
      }
    </li>`
  }

  private renameField(draft: ServerDraft, upstream: string, { kind, key }: CatalogEntry, as: string): TemplateResult {
    return html`<input
      class="input mono rename"
      aria-label=${t('server.rename', { tool: key })}
      placeholder=${t('server.rename.placeholder')}
      maxlength="64"
      autocomplete="off"
      .value=${as}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) {
          this.change(rename(draft, kind, upstream, key, event.target.value.replaceAll(/[^a-zA-Z0-9_-]/g, '_')))
        }
      }}
    />`
  }

  private upstream(draft: ServerDraft, upstream: CatalogView): TemplateResult {
    const { upstream: label } = upstream
    const matching = this.matching(upstream)
    if (matching.length === 0 && (this.search !== '' || this.kind !== 'tool')) return html``
    const keys = matching.map(({ key }) => key)
    const all = takesAll(draft, label)
    const every = keys.every((key) => isChosen(draft, this.kind, label, key))
    return html`<fieldset class="upstream">
      <legend class="row"><span class="mono" translate="no">${label}</span></legend>
      <div class="row wide">
        ${checkField(t('server.allTools'), all, (on) => this.change(choose(draft, 'tool', label, [ALL_TOOLS], on)), {
          id: `all-${label}`,
        })}
        ${
          all || keys.length === 0
            ? ''
            : html`<button
                type="button"
                class="btn tight"
                @click=${() => this.change(choose(draft, this.kind, label, keys, !every))}
              >
                ${t(every ? 'server.deselect' : 'server.select', { count: keys.length })}
              </button>`
        }
      </div>
      <ul class="choices">
        ${matching.slice(0, TOOLS_SHOWN).map((entry) => this.entry(draft, label, entry))}
      </ul>
      ${matching.length > TOOLS_SHOWN ? html`<p class="muted small">${t('server.narrow', { count: matching.length - TOOLS_SHOWN })}</p>` : ''}
    </fieldset>`
  }

  /** Everything that matches, across upstreams, whether it is on the screen or not. */
  private everywhere(draft: ServerDraft, found: number): TemplateResult | '' {
    if (found === 0) return ''
    const open = this.upstreams.filter(({ upstream }) => !takesAll(draft, upstream))
    const lists = open.map((upstream) => ({
      label: upstream.upstream,
      keys: this.matching(upstream).map(({ key }) => key),
    }))
    const every = lists.every(({ label, keys }) => keys.every((key) => isChosen(draft, this.kind, label, key)))
    const count = lists.reduce((sum, { keys }) => sum + keys.length, 0)
    if (count === 0) return ''
    const changed = () =>
      lists.reduce((before, { label, keys }) => choose(before, this.kind, label, keys, !every), draft)
    return html`<button type="button" class="btn tight" @click=${() => this.change(changed())}>
      ${t(every ? 'server.deselectFound' : 'server.selectFound', { count })}
    </button>`
  }

  protected override render(): TemplateResult {
    const { draft } = this
    if (!draft) return html``
    if (this.upstreams.every(({ entries }) => entries.length === 0)) {
      return emptyState(
        'tools',
        t('server.noTools.title'),
        t('server.noTools.text'),
        html`<a class="btn" href="/marketplace">${t('market.title')}</a>`,
      )
    }
    const found = this.upstreams.reduce((sum, upstream) => sum + this.matching(upstream).length, 0)
    return html`<div class="stack">
      <div class="pick">
        ${selectField(
          {
            id: 'entry-kind',
            label: t('server.kind'),
            value: this.kind,
            onChange: (value) => (this.kind = ENTRY_KINDS.find((kind) => kind === value) ?? 'tool'),
          },
          ENTRY_KINDS.map((kind) => ({ value: kind, label: t(`server.kind.${kind}`) })),
        )}
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
        </div>
      </div>
      <div class="row spread">
        <span class="hint" role="status">${t('server.found', { count: found })}</span>
        ${this.everywhere(draft, found)}
      </div>
      ${this.upstreams.map((upstream) => this.upstream(draft, upstream))}
    </div>`
  }
}

function entryBadges({ annotations, tags }: CatalogEntry): TemplateResult {
  const behaviour =
    annotations?.readOnlyHint === true
      ? html`<span class="badge ok">${t('tool.readOnly')}</span>`
      : annotations?.destructiveHint === true
        ? html`<span class="badge warn">${t('tool.destructive')}</span>`
        : ''
  return html`${behaviour}${tags.slice(0, 4).map((tag) => html`<span class="badge" translate="no">${tag}</span>`)}`
}

/** What the server says in other words than the upstream. */
function overrides(choice: ReturnType<typeof choiceOf> & object): TemplateResult | '' {
  const given = Object.entries(choice.arguments ?? {}).map(
    ([name, value]) =>
      `${name} ${'fixed' in value ? '=' : '≔'} ${JSON.stringify('fixed' in value ? value.fixed : value.default)}`,
  )
  const words = [choice.title, choice.description].filter((text) => text !== undefined)
  const hints = Object.entries(choice.annotations ?? {}).map(([hint, value]) => `${value ? '' : '!'}${hint}`)
  const all = [...words, ...hints, ...given]
  return all.length === 0 ? '' : html`<span class="small reworded" dir="auto" translate="no">${all.join(' · ')}</span>`
}
