import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { t } from '../i18n/translate.ts'
import { DialogElement } from './dialog.ts'

export interface Question {
  readonly title: string
  readonly body: unknown
  /** The verb of the button, the same word the person pressed before. */
  readonly action: string
}

@customElement('nx-confirm')
export class ConfirmDialog extends DialogElement<true> {
  @property({ attribute: false }) question: Question | undefined

  protected override render(): TemplateResult {
    return this.frame({
      narrow: true,
      title: this.question?.title ?? '',
      body: html`<div class="stack-s">${this.question?.body}</div>`,
      footer: html`
        <button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button type="button" class="btn danger" @click=${() => this.finish(true)}>${this.question?.action}</button>
      `,
    })
  }
}

/** Asks before something is lost. The focus starts on Cancel. */
export async function confirmLoss(question: Question): Promise<boolean> {
  const dialog = new ConfirmDialog()
  dialog.question = question
  return (await dialog.show()) === true
}
