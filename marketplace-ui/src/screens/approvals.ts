import type { ApprovalView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { dataTable, pageHead } from '../elements/panel.ts'
import { emptyState } from '../elements/states.ts'
import { ago } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Resource } from '../state/resource.ts'
import { toast } from '../state/toasts.ts'
import { waiting } from '../state/waiting.ts'
import type { ApprovalDecided } from './approval-card.ts'
import './approval-card.ts'
import './approvals.css'

/** The calls that wait for a person, oldest first, and what became of the last ones. */
@customElement('nx-approvals')
export class Approvals extends ScreenElement {
  private readonly list = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('approvals', { signal }),
    refreshMs: REFRESH_MS,
  })
  readonly #changed = (): void => this.list.reload()

  override connectedCallback(): void {
    super.connectedCallback()
    waiting.addEventListener('change', this.#changed)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    waiting.removeEventListener('change', this.#changed)
  }

  private async decided({ approval }: ApprovalDecided): Promise<void> {
    toast(t(approval.state === 'denied' ? 'approval.denied' : 'approval.approved', { name: approval.exposed }))
    const { items = [] } = this.list.value ?? {}
    this.list.replace({ items: items.map((item) => (item.id === approval.id ? approval : item)) })
    this.requestUpdate()
    await this.updateComplete
    // The card is gone: the next one, or else the heading, takes the focus.
    const next = this.querySelector<HTMLElement>('nx-approval-card h2') ?? this.querySelector<HTMLElement>('h1')
    next?.focus()
    this.list.reload()
  }

  private row(item: ApprovalView): TemplateResult {
    const tone = item.state === 'denied' ? 'bad' : item.state === 'used' ? '' : 'ok'
    return html`<tr>
      <td><span class="badge ${tone}">${t(`approval.state.${item.state}`)}</span></td>
      <td dir="auto" translate="no">${item.caller}</td>
      <td>
        <a href="/approvals/${item.id}"><code class="break" translate="no">${item.exposed}</code></a>
      </td>
      <td dir="auto" translate="no">${item.decidedBy ?? ''}</td>
      <td dir="auto" translate="no">${item.note ?? ''}</td>
      <td>${item.decidedAt === null ? '' : ago(item.decidedAt)}</td>
    </tr>`
  }

  private decidedLately(items: readonly ApprovalView[]): TemplateResult | '' {
    if (items.length === 0) return ''
    return html`<section class="panel">
      <header><h2>${t('approvals.lately')}</h2></header>
      ${dataTable(
        t('approvals.lately'),
        html`<th scope="col">${t('approval.state')}</th>
          <th scope="col">${t('approval.caller')}</th>
          <th scope="col">${t('approval.calls')}</th>
          <th scope="col">${t('approval.decidedBy')}</th>
          <th scope="col">${t('approval.note')}</th>
          <th scope="col">${t('approval.when')}</th>`,
        items.map((item) => this.row(item)),
      )}
    </section>`
  }

  private all(items: readonly ApprovalView[]): TemplateResult {
    const pending = items.filter(({ state }) => state === 'pending')
    // What the person can do something about comes first.
    const cards = pending.toSorted((left, right) => Number(right.mayDecide) - Number(left.mayDecide))
    return html`${
      cards.length === 0
        ? emptyState('done', t('approvals.empty.title'), t('approvals.empty.text'))
        : repeat(
            cards,
            ({ id }) => id,
            (item) => html`<nx-approval-card .approval=${item}></nx-approval-card>`,
          )
    }
    ${this.decidedLately(items.filter(({ state }) => state !== 'pending'))}`
  }

  private one(items: readonly ApprovalView[], id: string): TemplateResult {
    const item = items.find((candidate) => candidate.id === id)
    const back = html`<a class="btn" href="/approvals">${t('approvals.all')}</a>`
    if (item === undefined) return emptyState('waiting', t('approvals.over.title'), t('approvals.over.text'), back)
    return html`<nx-approval-card .approval=${item}></nx-approval-card>
      <div class="row">${back}</div>`
  }

  protected override render(): TemplateResult {
    const id = this.param('id')
    return html`<div class="page" @approval-decided=${this.decided}>
      ${pageHead(t('approvals.title'), t('approvals.lede'))}
      ${this.list.render(({ items }) =>
        id === ''
          ? html`<div class="stack">${this.all(items)}</div>`
          : html`<div class="stack">${this.one(items, id)}</div>`,
      )}
    </div>`
  }
}
