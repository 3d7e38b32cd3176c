import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { t } from '../i18n/translate.ts'
import { LOADING_SLOW_MS } from '../limits.ts'
import { icon } from './icon.ts'
import { NxElement } from './nx-element.ts'

/** A skeleton that appears after 150 ms and after eight seconds offers to try again. */
@customElement('nx-loading')
export class Loading extends NxElement {
  @property({ attribute: false }) retry: (() => void) | undefined
  @property({ type: Number }) lines = 6
  @state() private slow = false
  #timer: ReturnType<typeof setTimeout> | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.slow = false
    this.#timer = setTimeout(() => (this.slow = true), LOADING_SLOW_MS)
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#timer)
    super.disconnectedCallback()
  }

  protected override render(): TemplateResult {
    return html`<div aria-busy="true">
      ${
        this.slow
          ? html`<div class="void" role="status">
              <p>${t('state.slow')}</p>
              <button type="button" class="btn" @click=${() => this.retry?.()}>
                ${icon('refresh')}<span>${t('action.retry')}</span>
              </button>
            </div>`
          : html`<div class="panel">
              <div class="inner skeleton">
                <span class="sr">${t('state.loading')}</span>
                ${Array.from({ length: this.lines }, () => html`<i></i>`)}
              </div>
            </div>`
      }
    </div>`
  }
}
