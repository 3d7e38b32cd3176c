import type { DefinitionView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { icon } from '../elements/icon.ts'
import { pageHead } from '../elements/panel.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { held } from '../state/held.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import { type DefinitionChoice, definitionKey, type Verdict } from './definition-card.ts'
import './definition-card.ts'
import './changes.css'

/** What servers changed or added without being asked, and the decision on each. */
@customElement('nx-changes')
export class Changes extends ScreenElement {
  private readonly action = new Action(this)
  private readonly list = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('definitions', { signal }),
    refreshMs: REFRESH_MS,
  })
  readonly #changed = (): void => this.list.reload()

  override connectedCallback(): void {
    super.connectedCallback()
    held.addEventListener('change', this.#changed)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    held.removeEventListener('change', this.#changed)
  }

  /** Decides on what is shown, by its digests: what changed since then is another definition. */
  private async decide(verdict: Verdict, shown: readonly DefinitionView[]): Promise<void> {
    const items = shown.map(({ upstreamId, kind, name, digest }) => ({ upstreamId, kind, name, digest }))
    const answer = await this.action.run(() => call('decideDefinitions', { body: { verdict, items } }))
    if (answer === undefined) return
    if (answer.decided > 0) toast(t(`changes.done.${verdict}`, { count: answer.decided }))
    if (answer.refused.length > 0) toast(t('changes.refused', { count: answer.refused.length }))
    const gone = new Set(shown.map(definitionKey))
    const { items: before = [], total = 0 } = this.list.value ?? {}
    const left =
      verdict === 'approve'
        ? before.filter((item) => !gone.has(definitionKey(item)))
        : before.map((item) => (gone.has(definitionKey(item)) ? { ...item, rejected: true } : item))
    this.list.replace({ items: left, total: total - (before.length - left.length) })
    this.requestUpdate()
    await this.updateComplete
    // The card is gone: the next one, or else the heading, takes the focus.
    const next = this.querySelector<HTMLElement>('nx-definition-card h3') ?? this.querySelector<HTMLElement>('h1')
    next?.focus()
    this.list.reload()
  }

  private card(definition: DefinitionView): TemplateResult {
    return html`<nx-definition-card .definition=${definition} .busy=${this.action.busy}></nx-definition-card>`
  }

  private server(label: string, items: readonly DefinitionView[]): TemplateResult {
    const plain = items.filter(({ flags, rejected }) => flags.length === 0 && !rejected)
    const plugin = items[0]
    return html`<section class="panel">
      <header>
        <div>
          <h2 translate="no" dir="auto">${label}</h2>
          <p class="muted small">
            <a href="/installed/${encodeURIComponent(plugin?.installationId ?? '')}/settings" translate="no"
              >${plugin?.pluginId ?? ''}</a
            >
          </p>
        </div>
        ${
          plain.length > 1 && may('installations:manage')
            ? html`<button
                type="button"
                class="btn"
                ?disabled=${this.action.busy}
                @click=${() => this.decide('approve', plain)}
              >
                ${icon('check')}<span>${t('changes.approveAll', { count: plain.length })}</span>
              </button>`
            : ''
        }
      </header>
      <div class="inner stack">${repeat(items, definitionKey, (item) => this.card(item))}</div>
    </section>`
  }

  private servers(items: readonly DefinitionView[], total: number): TemplateResult {
    const waiting = items.filter(({ rejected }) => !rejected)
    const rejected = items.filter((item) => item.rejected)
    const labels = [...new Set(waiting.map(({ label }) => label))]
    return html`<div class="stack">
      ${problemNotice(this.action.problem)}
      ${
        waiting.length === 0
          ? emptyState('done', t('changes.empty.title'), t('changes.empty.text'))
          : repeat(
              labels,
              (label) => label,
              (label) =>
                this.server(
                  label,
                  waiting.filter((item) => item.label === label),
                ),
            )
      }
      ${total > items.length ? html`<p class="muted">${t('changes.more', { count: total - items.length })}</p>` : ''}
      ${
        rejected.length === 0
          ? ''
          : html`<details class="panel rejected">
              <summary>${t('changes.rejectedList', { count: rejected.length })}</summary>
              <div class="inner stack">${repeat(rejected, definitionKey, (item) => this.card(item))}</div>
            </details>`
      }
    </div>`
  }

  protected override render(): TemplateResult {
    return html`<div
      class="page"
      @definition-choice=${({ definition, verdict }: DefinitionChoice) => this.decide(verdict, [definition])}
    >
      ${pageHead(t('changes.title'), t('changes.lede'))}
      ${this.list.render(({ items, total }) => this.servers(items, total))}
    </div>`
  }
}
