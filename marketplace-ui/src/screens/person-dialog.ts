import type { RoleView, UserView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { selectField, textField } from '../elements/field.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { PASSWORD_MINIMUM } from '../limits.ts'
import { Action } from '../state/action.ts'
import { readRole, ROLES } from './roles.ts'

/** Adds a person with a first password. */
@customElement('nx-person-dialog')
export class PersonDialog extends DialogElement<UserView> {
  @state() private values = { displayName: '', email: '', password: '' }
  @state() private chosenRole: RoleView = 'member'
  private readonly action = new Action(this)

  private async save(): Promise<void> {
    const body = { ...this.values, role: this.chosenRole }
    const made = await this.action.run(() => call('createUser', { body }))
    if (made) this.finish(made)
  }

  private input(name: 'displayName' | 'email' | 'password', extra: object = {}): TemplateResult {
    return textField({
      id: `person-${name}`,
      label: t(`person.${name}`),
      required: true,
      value: this.values[name],
      error: fieldError(this.action.problem, name),
      onInput: (value) => (this.values = { ...this.values, [name]: value }),
      ...extra,
    })
  }

  protected override render(): TemplateResult {
    const { displayName, email, password } = this.values
    const ready =
      displayName.trim() !== '' && email.includes('@') && password.length >= PASSWORD_MINIMUM && !this.action.busy
    return this.frame({
      narrow: true,
      title: t('person.new'),
      body: html`${problemNotice(this.action.problem)} ${this.input('displayName', { maxlength: 80 })}
      ${this.input('email', { type: 'email', maxlength: 254 })}
      ${this.input('password', {
        type: 'password',
        autocomplete: 'new-password',
        maxlength: 1024,
        hint: t('person.password.first', { count: PASSWORD_MINIMUM }),
      })}
      ${selectField(
        {
          id: 'person-role',
          label: t('person.role'),
          value: this.chosenRole,
          onChange: (value) => (this.chosenRole = readRole(value) ?? 'member'),
        },
        ROLES.map((role) => ({ value: role, label: t(`role.${role}`) })),
      )}`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>${t('person.add')}</button>`,
      onSubmit: () => {
        if (ready) void this.save()
      },
    })
  }
}
