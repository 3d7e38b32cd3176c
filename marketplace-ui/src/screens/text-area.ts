import { html, type TemplateResult } from 'lit'
import { describedBy, field, type FieldOptions } from '../elements/field.ts'

/** A text of several lines that a person writes for others. */
export const textArea = (
  options: FieldOptions & {
    readonly value: string
    readonly maxlength: number
    readonly onInput: (value: string) => void
  },
): TemplateResult =>
  field(
    options,
    html`<textarea
      class="input"
      id=${options.id}
      rows="5"
      maxlength=${options.maxlength}
      dir="auto"
      aria-invalid=${options.error ? 'true' : 'false'}
      aria-describedby=${describedBy(options)}
      .value=${options.value}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLTextAreaElement) options.onInput(event.target.value)
      }}
    ></textarea>`,
  )
