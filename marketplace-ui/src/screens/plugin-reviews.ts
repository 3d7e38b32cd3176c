import type { MyReview, ReviewView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { selectField } from '../elements/field.ts'
import { notice } from '../elements/notice.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { ago, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import { say } from './say-dialog.ts'
import { histogram, stars } from './stars.ts'
import './reviews.css'

const SORTS = ['helpful', 'newest', 'highest', 'lowest'] as const

/** What people say about a plugin, and what the person at the screen says. */
@customElement('nx-plugin-reviews')
export class PluginReviews extends NxElement {
  @property({ attribute: false }) pluginId = ''
  @state() private sort: (typeof SORTS)[number] = 'helpful'
  @state() private more: readonly ReviewView[] = []
  @state() private cursor: string | undefined
  private readonly action = new Action(this)
  private readonly list = new Resource(this, {
    args: () => [this.pluginId, this.sort] as const,
    load: ([, sort], signal) => call('reviews', { params: this.params, query: { sort }, signal }),
    keepWhileLoading: true,
    onLoad: (page) => {
      this.more = []
      this.cursor = page.nextCursor
    },
  })
  private readonly mine = new Resource(this, {
    args: () => [this.pluginId] as const,
    load: (_, signal) => call('myReview', { params: this.params, signal }),
  })

  private get params(): { readonly publisher: string; readonly name: string } {
    const [publisher = '', name = ''] = this.pluginId.split('/')
    return { publisher, name }
  }

  private said(mine: MyReview | undefined): void {
    if (!mine) return
    this.mine.replace(mine)
    this.list.reload()
  }

  private async write(): Promise<void> {
    const { ReviewDialog } = await import('./review-dialog.ts')
    const dialog = new ReviewDialog()
    dialog.pluginId = this.pluginId
    dialog.existing = this.mine.value?.review
    this.said(await dialog.show())
  }

  private async takeBack(): Promise<void> {
    const title = t('reviews.remove')
    if (!(await confirmLoss({ title, body: html`<p>${t('reviews.remove.text')}</p>`, action: t('action.remove') })))
      return
    this.said(await this.action.run(() => call('removeReview', { params: this.params })))
  }

  private async vote(review: ReviewView, helpful: boolean): Promise<void> {
    const params = { ...this.params, review: review.id }
    this.said(await this.action.run(() => call('voteReview', { params, body: { helpful } })))
  }

  private async report(reviewId: string): Promise<void> {
    const sent = await say({
      title: t('report.title'),
      label: t('report.text'),
      action: t('report.send'),
      maxlength: 1000,
      reasons: true,
      send: (text, reason) =>
        call('reportPlugin', { params: this.params, body: { reviewId, reason, ...(text !== '' && { text }) } }),
    })
    if (sent) toast(t('report.sent'))
  }

  private async reply(review: ReviewView): Promise<void> {
    const sent = await say({
      title: t('reviews.reply'),
      label: t('reviews.reply.text'),
      action: t('reviews.publish'),
      maxlength: 4000,
      ...(review.reply !== undefined && { text: review.reply.text }),
      send: (text) => call('replyReview', { params: { ...this.params, review: review.id }, body: { text } }),
    })
    if (sent) this.list.reload()
  }

  private async appeal(): Promise<void> {
    await say({
      title: t('reviews.appeal'),
      label: t('reviews.appeal.text'),
      action: t('reviews.appeal'),
      maxlength: 1000,
      send: async (text) => this.mine.replace(await call('appealReview', { params: this.params, body: { text } })),
    })
    this.requestUpdate()
  }

  private async loadMore(): Promise<void> {
    const { cursor, sort } = this
    if (cursor === undefined) return
    const page = await this.action.run(() => call('reviews', { params: this.params, query: { sort, cursor } }))
    if (!page) return
    this.more = [...this.more, ...page.items]
    this.cursor = page.nextCursor
  }

  private verdict({ hidden, appeal }: NonNullable<MyReview['review']>): TemplateResult | '' {
    if (hidden === undefined) return ''
    return notice(
      'warn',
      html`<p>${t('reviews.hidden')} <span dir="auto" translate="no">${hidden.reason}</span></p>
        ${
          appeal === undefined
            ? html`<button type="button" class="btn tight" @click=${() => this.appeal()}>
                ${t('reviews.appeal')}
              </button>`
            : html`<p>
                ${appeal.answer === undefined ? t('reviews.appealed') : t('reviews.appeal.refused')}
                <span dir="auto" translate="no">${appeal.answer ?? ''}</span>
              </p>`
        }`,
    )
  }

  private own(mine: MyReview): TemplateResult {
    const { review } = mine
    if (!review) {
      return mine.mayRate
        ? html`<button type="button" class="btn primary" @click=${() => this.write()}>${t('reviews.write')}</button>`
        : html`<p class="muted small">${t('reviews.notInstalled')}</p>`
    }
    return html`<div class="stack-s">
      ${this.verdict(review)}
      <div class="row">
        <span>${t('reviews.yours')}</span> ${stars(review.rating)}
        ${
          mine.mayRate
            ? html`<button type="button" class="btn tight" @click=${() => this.write()}>${t('action.edit')}</button>`
            : ''
        }
        <button type="button" class="btn tight" @click=${() => this.takeBack()}>${t('action.remove')}</button>
      </div>
    </div>`
  }

  private actions(item: ReviewView): TemplateResult {
    const mine = this.mine.value
    const isOwn = mine?.review?.id === item.id
    const voted = mine?.votes.includes(item.id) ?? false
    return html`<div class="row">
      <span class="muted small">${t('reviews.helpful', { count: item.helpful })}</span>
      ${
        isOwn
          ? ''
          : html`<button
                type="button"
                class="btn tight"
                aria-pressed=${voted ? 'true' : 'false'}
                ?disabled=${this.action.busy}
                @click=${() => this.vote(item, !voted)}
              >
                ${t('reviews.vote')}
              </button>
              <button type="button" class="btn tight" @click=${() => this.report(item.id)}>
                ${t('report.action')}
              </button>`
      }
      ${
        may('plugins:publish')
          ? html`<button type="button" class="btn tight" @click=${() => this.reply(item)}>
              ${t('reviews.reply')}
            </button>`
          : ''
      }
    </div>`
  }

  private item(item: ReviewView): TemplateResult {
    return html`<li class="review">
      <div class="row wide">
        ${stars(item.rating)}
        ${item.title === undefined ? '' : html`<strong dir="auto" translate="no">${item.title}</strong>`}
      </div>
      <p class="muted small row wide">
        <span dir="auto" translate="no">${item.author ?? t('reviews.nobody')}</span>
        <span>${t('reviews.version', { version: item.version })}</span> ${ago(item.editedAt ?? item.createdAt)}
      </p>
      ${item.text === undefined ? '' : html`<p class="said" dir="auto" translate="no">${item.text}</p>`}
      ${
        item.reply === undefined
          ? ''
          : html`<div class="inset">
              <p class="muted small">${t('reviews.reply.by')} ${ago(item.reply.at)}</p>
              <p class="said" dir="auto" translate="no">${item.reply.text}</p>
            </div>`
      }
      ${this.actions(item)}
    </li>`
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      ${problemNotice(this.action.problem)}
      ${this.list.render(({ items, rating }) =>
        panel(
          t('plugin.tab.reviews'),
          html`<div class="stack">
            <div class="rating-head">
              <div class="stack-s">
                <p class="average">
                  <span class="num"
                    >${formatNumber(rating.average, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}</span
                  >
                  ${stars(rating.average)}
                </p>
                <p class="muted small">${t('reviews.count', { count: rating.count })}</p>
                ${this.mine.render((mine) => this.own(mine), 2)}
              </div>
              ${histogram(rating.histogram)}
            </div>
            ${
              items.length === 0
                ? emptyState('client', t('reviews.none.title'), t('reviews.none.text'))
                : html`${selectField(
                      {
                        id: 'review-sort',
                        label: t('reviews.sort'),
                        value: this.sort,
                        onChange: (value) => (this.sort = SORTS.find((one) => one === value) ?? 'helpful'),
                      },
                      SORTS.map((value) => ({ value, label: t(`reviews.sort.${value}`) })),
                    )}
                    <ul class="reviews">
                      ${[...items, ...this.more].map((item) => this.item(item))}
                    </ul>
                    ${
                      this.cursor === undefined
                        ? ''
                        : html`<button type="button" class="btn" @click=${() => this.loadMore()}>
                            ${t('reviews.more')}
                          </button>`
                    }`
            }
          </div>`,
        ),
      )}
    </div>`
  }
}
