import type { MyReview } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { textField } from '../elements/field.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { starChoice } from './stars.ts'
import { textArea } from './text-area.ts'

/** Writes the person's one review of a plugin, or changes it. */
@customElement('nx-review-dialog')
export class ReviewDialog extends DialogElement<MyReview> {
  @property({ attribute: false }) pluginId = ''
  @property({ attribute: false }) existing: MyReview['review']
  @state() private rating = 0
  @state() private heading = ''
  @state() private text = ''
  @state() private author = ''
  private readonly action = new Action(this)

  override connectedCallback(): void {
    super.connectedCallback()
    this.rating = this.existing?.rating ?? 0
    this.heading = this.existing?.title ?? ''
    this.text = this.existing?.text ?? ''
    this.author = this.existing?.author ?? ''
  }

  private async save(): Promise<void> {
    const [publisher = '', name = ''] = this.pluginId.split('/')
    const words = { title: this.heading.trim(), text: this.text.trim(), author: this.author.trim() }
    const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== ''))
    const body = { rating: this.rating, ...given }
    const saved = await this.action.run(() => call('putReview', { params: { publisher, name }, body }))
    if (saved) this.finish(saved)
  }

  protected override render(): TemplateResult {
    const ready = this.rating > 0 && !this.action.busy
    return this.frame({
      title: t(this.existing ? 'reviews.edit' : 'reviews.write'),
      body: html`${problemNotice(this.action.problem)} ${starChoice(this.rating, (rating) => (this.rating = rating))}
      ${textField({
        id: 'review-title',
        label: t('reviews.heading'),
        maxlength: 100,
        value: this.heading,
        onInput: (value) => (this.heading = value),
      })}
      ${textArea({
        id: 'review-text',
        label: t('reviews.text'),
        hint: t('reviews.text.hint'),
        maxlength: 4000,
        value: this.text,
        onInput: (value) => (this.text = value),
      })}
      ${textField({
        id: 'review-author',
        label: t('reviews.author'),
        hint: t('reviews.author.hint'),
        maxlength: 60,
        value: this.author,
        onInput: (value) => (this.author = value),
      })}`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>${t('reviews.publish')}</button>`,
      onSubmit: () => {
        if (ready) void this.save()
      },
    })
  }
}
