import type { AuditRecordView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { setQuery } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { selectField, textField } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { pageHead } from '../elements/panel.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { AUDIT_PAGE, TYPING_PAUSE_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { auditTable } from './audit-table.ts'

const TEXT_FILTERS = ['actor', 'action', 'target', 'requestId'] as const
const OUTCOMES = ['ok', 'denied', 'failed'] as const

/** The audit trail, newest first. Every filter is in the URL, so a view can be shared. */
@customElement('nx-audit')
export class Audit extends ScreenElement {
  @state() private older: readonly AuditRecordView[] = []
  @state() private atEnd = false
  private readonly action = new Action(this)
  #typing: ReturnType<typeof setTimeout> | undefined
  private readonly first = new Resource(this, {
    args: () => [...TEXT_FILTERS.map((name) => this.query(name)), this.query('outcome')],
    load: (_, signal) => call('audit', { query: this.filters(), signal }),
    keepWhileLoading: true,
    onLoad: ({ items }) => {
      this.older = []
      this.atEnd = items.length < AUDIT_PAGE
    },
  })

  private filters(): Record<string, string | number | undefined> {
    const texts = TEXT_FILTERS.map((name) => [name, this.query(name)] as const)
    return { ...Object.fromEntries(texts), outcome: this.query('outcome'), limit: AUDIT_PAGE }
  }

  private type(name: string, value: string): void {
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => setQuery({ [name]: value.trim() }), TYPING_PAUSE_MS)
  }

  private async more(before: number): Promise<void> {
    const page = await this.action.run(() => call('audit', { query: { ...this.filters(), before } }))
    if (!page) return
    this.older = [...this.older, ...page.items]
    this.atEnd = page.items.length < AUDIT_PAGE
  }

  private controls(): TemplateResult {
    return html`<search class="fields pair" aria-label=${t('audit.filters')}>
      ${TEXT_FILTERS.map((name) =>
        textField({
          id: `audit-${name}`,
          label: t(`audit.${name === 'requestId' ? 'request' : name}`),
          mono: true,
          value: this.query(name),
          onInput: (value) => this.type(name, value),
        }),
      )}
      ${selectField(
        {
          id: 'audit-outcome',
          label: t('audit.outcome'),
          value: this.query('outcome'),
          onChange: (outcome) => setQuery({ outcome }),
        },
        [
          { value: '', label: t('audit.any') },
          ...OUTCOMES.map((outcome) => ({ value: outcome, label: t(`audit.outcome.${outcome}`) })),
        ],
      )}
    </search>`
  }

  private records(newest: readonly AuditRecordView[]): TemplateResult {
    const all = [...newest, ...this.older]
    const last = all.at(-1)
    const filtered = [...TEXT_FILTERS, 'outcome'].some((name) => this.query(name) !== '')
    if (!last) {
      const clear = html`<button
        type="button"
        class="btn"
        @click=${() => setQuery(Object.fromEntries([...TEXT_FILTERS, 'outcome'].map((name) => [name, undefined])))}
      >
        ${t('market.clear')}
      </button>`
      return filtered
        ? emptyState('search', t('audit.nothing.title'), t('audit.nothing.text'), clear)
        : emptyState('audit', t('audit.empty.title'), t('audit.empty.text'))
    }
    return html`<p class="muted" role="status">${t('audit.count', { count: all.length })}</p>
      <section class="panel">${auditTable(all, true)}</section>
      ${problemNotice(this.action.problem)}
      ${
        this.atEnd
          ? ''
          : html`<div class="row">
              <button type="button" class="btn" ?disabled=${this.action.busy} @click=${() => this.more(last.sequence)}>
                ${t('audit.more')}
              </button>
            </div>`
      }`
  }

  protected override render(): TemplateResult {
    const refresh = html`<button type="button" class="btn" @click=${this.first.reload}>
      ${icon('refresh')}<span>${t('action.refresh')}</span>
    </button>`
    return html`<div class="page">
      ${pageHead(t('audit.title'), t('audit.lede'), refresh)} ${this.controls()}
      <div class="stack">${this.first.render(({ items }) => this.records(items), 10)}</div>
    </div>`
  }
}
