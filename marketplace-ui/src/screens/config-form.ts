import type { ConfigFieldView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { describedBy, field as wrap, selectField, textField, type FieldOptions } from '../elements/field.ts'
import { NxElement } from '../elements/nx-element.ts'
import { t } from '../i18n/translate.ts'
import { labelOf, numberOf, partFields, textOf, textsOf, withValue, type ConfigValues } from './config-values.ts'
import './secret-picker.ts'
import './secret-pairs.ts'

/** Sent when a person changed a value; `detail` holds all values. */
export type ConfigChange = CustomEvent<ConfigValues>

/** A form made from the config fields of a manifest. Validation is the host's; its messages come in as `errors`. */
@customElement('nx-config-form')
export class ConfigForm extends NxElement {
  @property({ attribute: false }) fields: readonly ConfigFieldView[] = []
  @property({ attribute: false }) values: ConfigValues = {}
  @property({ attribute: false }) errors: readonly { readonly path: string; readonly message: string }[] = []

  private change(name: string, value: unknown): void {
    this.values = withValue(this.values, name, value)
    this.dispatchEvent(new CustomEvent('config-change', { detail: this.values }))
  }

  private errorOf({ name }: ConfigFieldView): string | undefined {
    return this.errors.find(({ path }) => path === name || path.replace(/^\//, '').split(/[./[]/)[0] === name)?.message
  }

  private options(field: ConfigFieldView): FieldOptions {
    return {
      id: `config-${field.name}`,
      label: field.title,
      hint: field.description,
      required: field.required,
      error: this.errorOf(field),
      foreign: true,
    }
  }

  private textValue(field: ConfigFieldView): string {
    const value = this.values[field.name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }

  private area(field: ConfigFieldView, value: string, rows: number, onInput: (value: string) => void): TemplateResult {
    const options = this.options(field)
    return wrap(
      options,
      html`<textarea
        class="input mono"
        id=${options.id}
        rows=${rows}
        spellcheck="false"
        ?required=${field.required}
        aria-invalid=${options.error ? 'true' : 'false'}
        aria-describedby=${describedBy(options)}
        .value=${value}
        @input=${(event: Event) => {
          if (event.target instanceof HTMLTextAreaElement) onInput(event.target.value)
        }}
      ></textarea>`,
    )
  }

  private text(field: ConfigFieldView): TemplateResult {
    const choices = textsOf(field['enum'])
    if (choices.length > 0) {
      const blank = { value: '', label: t('config.choose') }
      return selectField(
        { ...this.options(field), value: this.textValue(field), onChange: (value) => this.change(field.name, value) },
        [blank, ...choices.map((value) => ({ value, label: labelOf(field, value), foreign: true }))],
      )
    }
    if (textOf(field, 'format') === 'multiline') {
      return this.area(field, this.textValue(field), 6, (value) => this.change(field.name, value))
    }
    return textField({
      ...this.options(field),
      value: this.textValue(field),
      mono: textOf(field, 'format') === 'url' || textOf(field, 'format') === 'host',
      maxlength: numberOf(field, 'maxLength') ?? 4096,
      onInput: (value) => this.change(field.name, value),
    })
  }

  private number(field: ConfigFieldView): TemplateResult {
    return textField({
      ...this.options(field),
      type: 'number',
      value: this.textValue(field),
      onInput: (value) => this.change(field.name, value === '' ? undefined : Number(value)),
    })
  }

  private check(field: ConfigFieldView): TemplateResult {
    const options = this.options(field)
    return html`<div class="field">
      <label class="check">
        <input
          type="checkbox"
          id=${options.id}
          aria-describedby=${describedBy(options)}
          .checked=${this.values[field.name] === true}
          @change=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) this.change(field.name, event.target.checked)
          }}
        />
        <span dir="auto" translate="no">${field.title}</span>
      </label>
      ${options.hint ? html`<span class="hint" id="${options.id}-hint" dir="auto" translate="no">${options.hint}</span>` : ''}
      ${options.error ? html`<span class="error" id="${options.id}-error" translate="no">${options.error}</span>` : ''}
    </div>`
  }

  private lines(field: ConfigFieldView): TemplateResult {
    const hint = field.description ?? t('config.onePerLine')
    const typed = textsOf(this.values[field.name]).join('\n')
    const onInput = (value: string): void =>
      this.change(
        field.name,
        // Empty lines stay while typing and are dropped by the host's schema only at the end of the text.
        value
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== ''),
      )
    return this.area({ ...field, description: hint }, typed, 3, onInput)
  }

  private control(field: ConfigFieldView): TemplateResult {
    switch (field.type) {
      case 'string':
        return this.text(field)
      case 'number':
        return this.number(field)
      case 'boolean':
        return this.check(field)
      case 'strings':
        return this.lines(field)
      case 'secret':
        return html`<nx-secret-picker
          .options=${this.options(field)}
          .value=${this.textValue(field)}
          @secret-change=${(event: CustomEvent<string>) => this.change(field.name, event.detail)}
        ></nx-secret-picker>`
      case 'secrets':
        return this.pairs(field)
    }
    return html``
  }

  private pairs(field: ConfigFieldView): TemplateResult {
    return html`<nx-secret-pairs
      .options=${this.options(field)}
      .maxItems=${numberOf(field, 'maxItems') ?? 32}
      .value=${this.values[field.name]}
      @secrets-change=${(event: CustomEvent<unknown>) => this.change(field.name, event.detail)}
    ></nx-secret-pairs>`
  }

  protected override render(): TemplateResult {
    const { shown, folded } = partFields(this.fields)
    const controls = (fields: readonly ConfigFieldView[]) => fields.map((field) => this.control(field))
    if (folded.length === 0) return html`<div class="fields">${controls(shown)}</div>`
    // Opened for an error, never closed on a person who opened it: the attribute only changes when errors do.
    const faulty = folded.some((field) => this.errorOf(field) !== undefined)
    return html`<div class="fields">
      ${controls(shown)}
      <details class="further" ?open=${faulty}>
        <summary>${t('config.further', { count: folded.length })}</summary>
        <div class="fields">${controls(folded)}</div>
      </details>
    </div>`
  }
}
