import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { textField, type FieldOptions } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { t } from '../i18n/translate.ts'
import { pairsOf } from './config-values.ts'
import './secret-picker.ts'

/** Several named secrets, for example environment variables: a name and the secret it gets. */
@customElement('nx-secret-pairs')
export class SecretPairs extends NxElement {
  @property({ attribute: false }) options: FieldOptions = { id: 'secrets', label: '' }
  @property({ attribute: false }) value: unknown
  @property({ attribute: false }) maxItems = 32
  @state() private rows: readonly (readonly [string, string])[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    this.rows = pairsOf(this.value)
  }

  private set(rows: readonly (readonly [string, string])[]): void {
    this.rows = rows
    const given = Object.fromEntries(rows.filter(([name, secret]) => name !== '' && secret !== ''))
    const detail = Object.keys(given).length > 0 ? given : undefined
    this.dispatchEvent(new CustomEvent('secrets-change', { detail }))
  }

  private replace(index: number, row: readonly [string, string]): void {
    this.set(this.rows.map((old, at) => (at === index ? row : old)))
  }

  private row([name, secret]: readonly [string, string], index: number): TemplateResult {
    const id = `${this.options.id}-${index}`
    return html`<li class="inset pair-row">
      ${textField({
        id: `${id}-name`,
        label: t('secrets.pairName'),
        mono: true,
        value: name,
        onInput: (value) => this.replace(index, [value.trim(), secret]),
      })}
      <nx-secret-picker
        .options=${{ id: `${id}-secret`, label: t('secrets.pairSecret') }}
        .value=${secret}
        @secret-change=${(event: CustomEvent<string>) => this.replace(index, [name, event.detail])}
      ></nx-secret-picker>
      <button
        type="button"
        class="btn quiet square"
        aria-label=${t('secrets.pairRemove', { name: name || String(index + 1) })}
        @click=${() => this.set(this.rows.filter((_, at) => at !== index))}
      >
        ${icon('trash')}
      </button>
    </li>`
  }

  protected override render(): TemplateResult {
    const { id, label, hint, error } = this.options
    return html`<fieldset class="field" aria-describedby="${id}-hint">
      <legend dir="auto" translate="no">${label}</legend>
      <span class="hint" id="${id}-hint" dir="auto" translate="no">${hint}</span>
      ${error ? html`<span class="error" translate="no">${error}</span>` : ''}
      <ul class="stack-s">
        ${this.rows.map((row, index) => this.row(row, index))}
      </ul>
      <div>
        <button
          type="button"
          class="btn tight"
          ?disabled=${this.rows.length >= this.maxItems}
          @click=${() => this.set([...this.rows, ['', '']])}
        >
          ${icon('plus')}<span>${t('secrets.pairAdd')}</span>
        </button>
      </div>
    </fieldset>`
  }
}
