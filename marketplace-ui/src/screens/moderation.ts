import type { ModerationCaseView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { notice } from '../elements/notice.ts'
import { pageHead, panel } from '../elements/panel.ts'
import { emptyState } from '../elements/states.ts'
import { ago } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Resource } from '../state/resource.ts'
import { say } from './say-dialog.ts'
import { stars } from './stars.ts'
import './reviews.css'

type Decision = 'hide' | 'keep' | 'restore' | 'refuse' | 'settle'

/** Reports and appeals that wait for a moderator of the registry. */
@customElement('nx-moderation')
export class Moderation extends ScreenElement {
  private readonly cases = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('moderationCases', { signal }),
  })

  private async decide(item: ModerationCaseView, action: Decision): Promise<void> {
    const sent = await say({
      title: t(`moderation.${action}`),
      label: t('moderation.reason'),
      hint: t('moderation.reason.hint'),
      action: t(`moderation.${action}`),
      maxlength: 500,
      send: (reason) =>
        call('moderate', {
          body: { plugin: item.plugin, action, reason, ...(item.review && { reviewId: item.review.id }) },
        }),
    })
    if (!sent) return
    this.cases.reload()
    await this.updateComplete
    this.querySelector<HTMLElement>('h1')?.focus()
  }

  private verdicts({ target, review }: ModerationCaseView): readonly Decision[] {
    if (target === 'plugin') return ['settle']
    return review?.hidden === undefined ? ['keep', 'hide'] : ['refuse', 'restore']
  }

  private words({ review }: ModerationCaseView): TemplateResult | '' {
    if (!review) return ''
    return html`<div class="inset stack-s">
      <div class="row wide">
        ${stars(review.rating)}
        <strong dir="auto" translate="no">${review.title ?? ''}</strong>
        <span class="muted small" dir="auto" translate="no">${review.author ?? t('reviews.nobody')}</span>
      </div>
      <p class="said" dir="auto" translate="no">${review.text ?? ''}</p>
      ${
        review.appeal === undefined
          ? ''
          : notice('info', html`${t('moderation.appeal')} <span dir="auto" translate="no">${review.appeal.text}</span>`)
      }
    </div>`
  }

  private item(item: ModerationCaseView): TemplateResult {
    return html`<li>
      <div class="row wide">
        <span class="badge warn">${t(`moderation.target.${item.target}`)}</span>
        <a href="/marketplace/${item.plugin}${item.target === 'review' ? '/reviews' : ''}"
          ><code translate="no">${item.plugin}</code></a
        >
      </div>
      ${this.words(item)}
      <ul class="stack-s">
        ${item.reports.map(
          (report) =>
            html`<li>
              <span class="badge">${t('moderation.reported', { reason: report.reason })}</span>
              <span dir="auto" translate="no">${report.text ?? ''}</span>
              <span class="muted small">${ago(report.createdAt)}</span>
            </li>`,
        )}
        ${item.history.map(
          (entry) =>
            html`<li class="muted small">
              <span translate="no">${entry.by}: ${entry.action}</span>
              <span dir="auto" translate="no">${entry.reason}</span> ${ago(entry.at)}
            </li>`,
        )}
      </ul>
      <div class="row">
        ${this.verdicts(item).map(
          (action, index) =>
            html`<button
              type="button"
              class="btn tight ${index === 1 && action === 'hide' ? 'danger' : ''}"
              @click=${() => this.decide(item, action)}
            >
              ${t(`moderation.${action}`)}
            </button>`,
        )}
      </div>
    </li>`
  }

  protected override render(): TemplateResult {
    return html`<div class="page">
      ${pageHead(t('moderation.title'), t('moderation.lede'))}
      ${this.cases.render(({ items }) =>
        items.length === 0
          ? emptyState('done', t('moderation.empty.title'), t('moderation.empty.text'))
          : panel(
              t('moderation.waiting', { count: items.length }),
              html`<ul class="cases">
                ${items.map((item) => this.item(item))}
              </ul>`,
            ),
      )}
    </div>`
  }
}
