import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { t } from '../i18n/translate.ts'
import { COPIED_SHOWN_MS } from '../limits.ts'
import { icon } from './icon.ts'
import { NxElement } from './nx-element.ts'

/** Copies a text and says so. `label` says what is copied, for screen readers. */
@customElement('nx-copy')
export class CopyButton extends NxElement {
  @property({ attribute: false }) text = ''
  @property({ attribute: false }) label = ''
  @state() private outcome: 'idle' | 'copied' | 'refused' = 'idle'

  private async copy(): Promise<void> {
    this.outcome = await navigator.clipboard.writeText(this.text).then(
      () => 'copied' as const,
      () => 'refused' as const,
    )
    setTimeout(() => (this.outcome = 'idle'), COPIED_SHOWN_MS)
  }

  protected override render(): TemplateResult {
    const word = { idle: t('copy.idle'), copied: t('copy.done'), refused: t('copy.refused') }[this.outcome]
    return html`<button type="button" class="btn tight" @click=${() => this.copy()}>
      ${icon(this.outcome === 'copied' ? 'check' : 'copy')}
      <span role="status">${word}</span>
      <span class="sr">${this.label}</span>
    </button>`
  }
}

/** One line of code that can be copied. */
export const copyLine = (text: string, label: string): TemplateResult =>
  html`<div class="copyline">
    <code translate="no">${text}</code>
    <nx-copy .text=${text} .label=${label}></nx-copy>
  </div>`

/** A block of code with a heading that can be copied. */
export const snippet = (heading: string, text: string): TemplateResult =>
  html`<figure class="snippet">
    <figcaption class="bar">
      <span>${heading}</span>
      <nx-copy .text=${text} .label=${heading}></nx-copy>
    </figcaption>
    <pre translate="no" tabindex="0" role="region" aria-label=${heading}>${text}</pre>
  </figure>`
