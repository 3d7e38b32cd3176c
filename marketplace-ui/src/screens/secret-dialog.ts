import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { textField } from '../elements/field.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'

/** Creates a secret, or gives an existing one a new value. The value is never shown again. */
@customElement('nx-secret-dialog')
export class SecretDialog extends DialogElement<string> {
  /** Set when an existing secret gets a new value. */
  @property({ attribute: false }) existing = ''
  @state() private label = ''
  @state() private value = ''
  private readonly action = new Action(this)

  private async save(): Promise<void> {
    const name = this.existing || this.label.trim()
    if (name === '' || this.value === '') return
    const saved = await this.action.run(() => call('putSecret', { params: { name }, body: { value: this.value } }))
    if (saved) this.finish(saved.name)
  }

  protected override render(): TemplateResult {
    const ready = (this.existing || this.label.trim()) !== '' && this.value !== '' && !this.action.busy
    return this.frame({
      narrow: true,
      title: this.existing ? t('secret.replace.title', { name: this.existing }) : t('secret.new'),
      body: html`${problemNotice(this.action.problem)}
      ${
        this.existing
          ? ''
          : textField({
              id: 'secret-name',
              label: t('secret.name'),
              hint: t('secret.name.hint'),
              mono: true,
              required: true,
              value: this.label,
              error: fieldError(this.action.problem, 'name'),
              onInput: (value) => (this.label = value),
            })
      }
      ${textField({
        id: 'secret-value',
        label: t('secret.value'),
        hint: t('secret.neverShown'),
        type: 'password',
        required: true,
        maxlength: 65_536,
        value: this.value,
        error: fieldError(this.action.problem, 'value'),
        onInput: (value) => (this.value = value),
      })}`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>
          ${t(this.existing ? 'secret.replace' : 'secret.create')}
        </button>`,
      onSubmit: () => void this.save(),
    })
  }
}
