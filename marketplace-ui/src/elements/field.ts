import { html, type TemplateResult } from 'lit'
import { t } from '../i18n/translate.ts'
import { icon } from './icon.ts'

export interface FieldOptions {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly required?: boolean | undefined
  /** The label is the plugin's own text, in whatever language it came. */
  readonly foreign?: boolean
}

/** Ids of the texts that describe a control, for `aria-describedby`. */
export const describedBy = (options: FieldOptions): string =>
  [options.hint ? `${options.id}-hint` : '', options.error ? `${options.id}-error` : ''].filter(Boolean).join(' ')

const texts = (options: FieldOptions): TemplateResult => html`
  ${
    options.hint
      ? html`<span class="hint" id="${options.id}-hint" dir="auto" translate=${options.foreign ? 'no' : 'yes'}
          >${options.hint}</span
        >`
      : ''
  }
  ${
    options.error
      ? html`<span class="error" id="${options.id}-error">${icon('warning')}<span>${options.error}</span></span>`
      : ''
  }
`

/** A label, a control, a hint and an error that belong together. The control must carry `id`. */
export const field = (options: FieldOptions, control: unknown): TemplateResult =>
  html`<div class="field">
    <label for=${options.id} dir="auto" translate=${options.foreign ? 'no' : 'yes'}
      >${options.label}${
        options.required
          ? html`<span class="required" aria-hidden="true">&nbsp;*</span><span class="sr">${t('field.required')}</span>`
          : ''
      }</label
    >
    ${control} ${texts(options)}
  </div>`

export interface TextFieldOptions extends FieldOptions {
  readonly value?: string
  readonly type?: 'text' | 'email' | 'password' | 'url' | 'search' | 'number' | 'datetime-local'
  readonly autocomplete?: string
  readonly mono?: boolean
  readonly maxlength?: number
  readonly onInput?: (value: string) => void
}

/** A single-line text field. */
export const textField = (options: TextFieldOptions): TemplateResult =>
  field(
    options,
    html`<input
      class="input ${options.mono ? 'mono' : ''}"
      id=${options.id}
      name=${options.id}
      type=${options.type ?? 'text'}
      autocomplete=${options.autocomplete ?? 'off'}
      maxlength=${options.maxlength ?? 400}
      .value=${options.value ?? ''}
      ?required=${options.required ?? false}
      aria-invalid=${options.error ? 'true' : 'false'}
      aria-describedby=${describedBy(options)}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) options.onInput?.(event.target.value)
      }}
    />`,
  )

export interface Choice {
  readonly value: string
  readonly label: string
  /** The label is data, not a text of ours. */
  readonly foreign?: boolean
}

/** A native select. */
export const selectField = (
  options: FieldOptions & { readonly value: string; readonly onChange: (value: string) => void },
  choices: readonly Choice[],
): TemplateResult =>
  field(
    options,
    html`<select
      class="input"
      id=${options.id}
      name=${options.id}
      ?required=${options.required ?? false}
      aria-invalid=${options.error ? 'true' : 'false'}
      aria-describedby=${describedBy(options)}
      @change=${(event: Event) => {
        if (event.target instanceof HTMLSelectElement) options.onChange(event.target.value)
      }}
    >
      ${choices.map(
        (choice) =>
          html`<option
            value=${choice.value}
            .selected=${choice.value === options.value}
            translate=${choice.foreign ? 'no' : 'yes'}
          >
            ${choice.label}
          </option>`,
      )}
    </select>`,
  )

export const checkField = (
  label: unknown,
  checked: boolean,
  onChange: (checked: boolean) => void,
  options: { readonly tail?: string; readonly id?: string } = {},
): TemplateResult =>
  html`<label class="check">
    <input
      type="checkbox"
      id=${options.id ?? ''}
      .checked=${checked}
      @change=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) onChange(event.target.checked)
      }}
    />
    <span>${label}</span>
    ${options.tail === undefined ? '' : html`<span class="tail">${options.tail}</span>`}
  </label>`
