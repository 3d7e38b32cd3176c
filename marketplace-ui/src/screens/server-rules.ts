import type { EntryFilter, ServerRule, UserView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { selectField, textField } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { t } from '../i18n/translate.ts'
import { audienceFields } from './server-audience.ts'
import { filterWords, isRule, type ServerDraft } from './server-draft.ts'
import { ServerFilterDialog } from './server-filter-dialog.ts'

type FilterList = 'include' | 'exclude' | 'rules'

const SEARCH_MODES = ['auto', 'always', 'never'] as const

/** What a server takes by pattern, who may use it, by which rules, and how often. */
@customElement('nx-server-rules')
export class ServerRules extends NxElement {
  @property({ attribute: false }) draft: ServerDraft | undefined
  @property({ attribute: false }) labels: readonly string[] = []
  @property({ attribute: false }) people: readonly UserView[] = []

  private change(draft: ServerDraft): void {
    this.dispatchEvent(new CustomEvent('draft-change', { detail: draft }))
  }

  private async add(list: FilterList): Promise<void> {
    const dialog = new ServerFilterDialog()
    dialog.ofRule = list === 'rules'
    dialog.labels = this.labels
    dialog.people = this.people
    dialog.heading = t(`server.${list}.add`)
    const made = await dialog.show()
    const { draft } = this
    if (made === undefined || draft === undefined) return
    if (list !== 'rules') this.change({ ...draft, [list]: [...draft[list], made] })
    else if (isRule(made)) this.change({ ...draft, rules: [...draft.rules, made] })
  }

  private list(draft: ServerDraft, list: FilterList): TemplateResult {
    const without = (index: number) => this.change({ ...draft, [list]: draft[list].toSpliced(index, 1) })
    return html`<section class="stack-s">
      <div class="row spread">
        <h3>${t(`server.${list}`)}</h3>
        <button type="button" class="btn tight" @click=${() => this.add(list)}>
          ${icon('plus')}<span>${t(`server.${list}.add`)}</span>
        </button>
      </div>
      <p class="muted small">${t(`server.${list}.text`)}</p>
      <ul class="filters">
        ${draft[list].map(
          (filter: EntryFilter | ServerRule, index: number) =>
            html`<li class="row spread">
              <span class="row wide">${this.words(filter)}</span>
              <button
                type="button"
                class="btn tight icon-only"
                aria-label=${t('server.filter.remove', { number: index + 1 })}
                title=${t('server.filter.remove', { number: index + 1 })}
                @click=${() => without(index)}
              >
                ${icon('trash')}
              </button>
            </li>`,
        )}
      </ul>
    </section>`
  }

  private words(filter: EntryFilter | ServerRule): TemplateResult {
    const words = filterWords(filter)
    const what =
      words.length === 0
        ? html`<span>${t('server.filter.everything')}</span>`
        : words.map((word) => html`<code translate="no">${word}</code>`)
    if (!isRule(filter)) return html`${what}`
    const names = new Map(this.people.map((person) => [`user:${person.id}`, person.displayName]))
    const { roles = [], principals = [] } = filter
    const who = html`${roles.map((role) => t(`role.${role}`)).join(', ')}
      <span dir="auto" translate="no">${principals.map((one) => names.get(one) ?? one).join(', ')}</span>`
    return html`<span class="badge ${filter.effect === 'deny' ? 'warn' : 'ok'}"
        >${t(`server.rule.${filter.effect}`)}</span
      >
      ${what}
      <span class="muted small">${roles.length + principals.length === 0 ? t('server.audience.all') : who}</span>`
  }

  private rate(draft: ServerDraft, name: 'perPrincipal' | 'total'): TemplateResult {
    return textField({
      id: `rate-${name}`,
      label: t(`server.rate.${name}`),
      type: 'number',
      value: draft.rate[name] === undefined ? '' : String(draft.rate[name]),
      onInput: (text) => {
        const { [name]: _, ...others } = draft.rate
        const calls = Math.trunc(Number(text))
        this.change({ ...draft, rate: calls >= 1 ? { ...others, [name]: calls } : others })
      },
    })
  }

  private search(draft: ServerDraft): TemplateResult {
    return selectField(
      {
        id: 'tool-search-mode',
        label: t('server.toolSearch'),
        hint: t('server.toolSearch.hint'),
        value: draft.toolSearch.mode,
        onChange: (value) => {
          const mode = SEARCH_MODES.find((one) => one === value) ?? 'auto'
          this.change({ ...draft, toolSearch: { ...draft.toolSearch, mode } })
        },
      },
      SEARCH_MODES.map((mode) => ({ value: mode, label: t(`server.toolSearch.${mode}`) })),
    )
  }

  protected override render(): TemplateResult {
    const { draft } = this
    if (!draft) return html``
    return html`<div class="stack">
      ${panel(
        t('server.patterns'),
        html`<div class="stack">${this.list(draft, 'include')} ${this.list(draft, 'exclude')}</div>`,
      )}
      ${panel(
        t('server.use'),
        html`<div class="stack">
          ${audienceFields('access', draft.access, this.people, (access) => this.change({ ...draft, access }))}
          ${this.list(draft, 'rules')}
          <div class="two">${this.rate(draft, 'perPrincipal')} ${this.rate(draft, 'total')}</div>
          ${this.search(draft)}
        </div>`,
      )}
    </div>`
  }
}
