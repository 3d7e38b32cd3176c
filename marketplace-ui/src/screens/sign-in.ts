import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { go, safeReturn } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { textField } from '../elements/field.ts'
import { problemNotice } from '../elements/states.ts'
import { notice } from '../elements/notice.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { session } from '../state/session.ts'

@customElement('nx-sign-in')
export class SignIn extends ScreenElement {
  @state() private email = ''
  @state() private password = ''
  private readonly action = new Action(this)
  private readonly setup = new Resource(this, { args: () => [], load: (_, signal) => call('setupState', { signal }) })

  private async submit(event: Event): Promise<void> {
    event.preventDefault()
    const me = await this.action.run(() => call('signIn', { body: { email: this.email, password: this.password } }))
    this.password = ''
    if (!me) return
    const next = safeReturn(this.query('next'))
    session.set(me)
    go(next, { replace: true })
  }

  protected override render(): TemplateResult {
    return html`<div class="gate-body">
      <div class="gate-card stack">
        <div>
          <h1 tabindex="-1">${t('signIn.title')}</h1>
          <p class="muted">${t('signIn.lede')}</p>
        </div>
        ${this.setup.value?.needed ? notice('info', t('signIn.setupNeeded')) : ''}
        <form class="panel" novalidate @submit=${(event: Event) => this.submit(event)}>
          <div class="inner fields">
            ${problemNotice(this.action.problem)}
            ${textField({
              id: 'email',
              label: t('person.email'),
              type: 'email',
              autocomplete: 'username',
              value: this.email,
              onInput: (value) => (this.email = value),
            })}
            ${textField({
              id: 'password',
              label: t('person.password'),
              type: 'password',
              autocomplete: 'current-password',
              maxlength: 1024,
              value: this.password,
              onInput: (value) => (this.password = value),
            })}
            <button class="btn primary" ?disabled=${this.action.busy || this.email === '' || this.password === ''}>
              ${t(this.action.busy ? 'signIn.busy' : 'signIn.submit')}
            </button>
          </div>
        </form>
      </div>
    </div>`
  }
}
