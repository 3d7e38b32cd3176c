import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { selectField, textField, type FieldOptions } from '../elements/field.ts'
import { NxElement } from '../elements/nx-element.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'

const NEW = ' new'

/** Chooses a secret of the workspace by name, or makes one. The value goes to the host once and never comes back. */
@customElement('nx-secret-picker')
export class SecretPicker extends NxElement {
  @property({ attribute: false }) options: FieldOptions = { id: 'secret', label: '' }
  @property({ attribute: false }) value = ''
  @state() private creating = false
  @state() private draft = { name: '', value: '' }
  private readonly action = new Action(this)
  private readonly secrets = new Resource(this, { args: () => [], load: (_, signal) => call('secrets', { signal }) })

  private choose(value: string): void {
    this.creating = value === NEW
    if (!this.creating) this.tell(value)
  }

  private tell(name: string): void {
    this.value = name
    this.dispatchEvent(new CustomEvent('secret-change', { detail: name }))
  }

  private async create(): Promise<void> {
    const { name, value } = this.draft
    const made = await this.action.run(() => call('putSecret', { params: { name }, body: { value } }))
    if (!made) return
    this.draft = { name: '', value: '' }
    this.creating = false
    this.secrets.reload()
    this.tell(made.name)
  }

  private form(): TemplateResult {
    const { id } = this.options
    return html`<div class="inset fields">
      ${problemNotice(this.action.problem)}
      <div class="fields pair">
        ${textField({
          id: `${id}-new-name`,
          label: t('secret.name'),
          mono: true,
          value: this.draft.name,
          error: fieldError(this.action.problem, 'name'),
          onInput: (name) => (this.draft = { ...this.draft, name: name.trim() }),
        })}
        ${textField({
          id: `${id}-new-value`,
          label: t('secret.value'),
          type: 'password',
          autocomplete: 'off',
          maxlength: 65_536,
          value: this.draft.value,
          onInput: (value) => (this.draft = { ...this.draft, value }),
        })}
      </div>
      <div class="row">
        <button
          type="button"
          class="btn tight"
          ?disabled=${this.draft.name === '' || this.draft.value === '' || this.action.busy}
          @click=${() => this.create()}
        >
          ${t('secret.create')}
        </button>
        <span class="muted small">${t('secret.neverShown')}</span>
      </div>
    </div>`
  }

  protected override render(): TemplateResult {
    const names = this.secrets.value?.items.map((secret) => secret.name) ?? []
    const known = this.value === '' || names.includes(this.value) ? names : [this.value, ...names]
    return html`<div class="stack-s">
      ${selectField(
        { ...this.options, value: this.creating ? NEW : this.value, onChange: (value) => this.choose(value) },
        [
          { value: '', label: t('secret.choose') },
          ...known.map((name) => ({ value: name, label: name, foreign: true })),
          { value: NEW, label: t('secret.createNew') },
        ],
      )}
      ${this.creating ? this.form() : ''}
    </div>`
  }
}
