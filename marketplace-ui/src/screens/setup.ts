import type { CreatedToken, Me } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { go } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { copyLine } from '../elements/copy-button.ts'
import { textField } from '../elements/field.ts'
import { notice } from '../elements/notice.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { FIRST_TOKEN_DAYS, PASSWORD_MINIMUM } from '../limits.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { session } from '../state/session.ts'
import { snippetList } from './client-snippets.ts'

/** First run: the first admin through the one-time link, then the first client. */
@customElement('nx-setup')
export class Setup extends ScreenElement {
  @state() private values = { displayName: '', email: '', password: '' }
  @state() private created: CreatedToken | undefined
  @state() private me: Me | undefined
  private readonly action = new Action(this)
  private readonly needed = new Resource(this, { args: () => [], load: (_, signal) => call('setupState', { signal }) })
  // The token stays in the fragment, which is never sent to a server or written to its log.
  private readonly token = new URLSearchParams(location.hash.slice(1)).get('token') ?? ''

  private async createAdmin(event: Event): Promise<void> {
    event.preventDefault()
    const me = await this.action.run(() => call('setup', { body: { token: this.token, ...this.values } }))
    if (!me) return
    history.replaceState(undefined, '', '/setup')
    this.values = { ...this.values, password: '' }
    this.me = me
    await this.updateComplete
    this.querySelector('h1')?.focus()
  }

  private async createToken(): Promise<void> {
    const body = { name: t('setup.tokenName'), scopes: ['tools:call'], expiresInDays: FIRST_TOKEN_DAYS }
    // The session cookie is set already; the store follows when the person leaves this screen.
    this.created = await this.action.run(() => call('createToken', { body }))
  }

  private leave(address: string): void {
    if (this.me) session.set(this.me)
    go(address)
  }

  private input(name: 'displayName' | 'email' | 'password', extra: object): TemplateResult {
    return textField({
      id: name,
      label: t(`person.${name}`),
      required: true,
      value: this.values[name],
      error: fieldError(this.action.problem, name),
      onInput: (value) => (this.values = { ...this.values, [name]: value }),
      ...extra,
    })
  }

  private form(): TemplateResult {
    const { displayName, email, password } = this.values
    const ready = displayName.trim() !== '' && email.includes('@') && password.length >= PASSWORD_MINIMUM
    return html`<form class="panel" novalidate @submit=${(event: Event) => this.createAdmin(event)}>
      <div class="inner fields">
        ${problemNotice(this.action.problem)} ${this.input('displayName', { autocomplete: 'name', maxlength: 80 })}
        ${this.input('email', { type: 'email', autocomplete: 'username', maxlength: 254 })}
        ${this.input('password', {
          type: 'password',
          autocomplete: 'new-password',
          maxlength: 1024,
          hint: t('person.password.hint', { count: PASSWORD_MINIMUM }),
        })}
        <button class="btn primary" ?disabled=${!ready || this.action.busy}>${t('setup.create')}</button>
      </div>
    </form>`
  }

  private connect(me: Me): TemplateResult {
    return html`<div class="gate-card wide stack">
      <div>
        <p class="muted small">${t('setup.step', { step: 2, total: 2 })}</p>
        <h1 tabindex="-1">${t('setup.connect.title')}</h1>
        <p class="muted">${t('setup.connect.lede')}</p>
      </div>
      ${problemNotice(this.action.problem)}
      ${
        this.created
          ? html`${notice('warn', t('token.once'))} ${copyLine(this.created.token, t('token.copy'))}
            ${snippetList('nexus', me.host.mcpUrl, this.created.token)}`
          : html`<div class="row">
              <button
                type="button"
                class="btn primary"
                ?disabled=${this.action.busy}
                @click=${() => this.createToken()}
              >
                ${t('setup.connect.token')}
              </button>
            </div>`
      }
      <div class="row">
        <button type="button" class="btn ${this.created ? 'primary' : ''}" @click=${() => this.leave('/marketplace')}>
          ${t('setup.toMarketplace')}
        </button>
        <button type="button" class="btn quiet" @click=${() => this.leave('/')}>${t('setup.toOverview')}</button>
      </div>
    </div>`
  }

  private welcome(needed: boolean): TemplateResult {
    const toSignIn = html`<a class="btn primary" href="/sign-in">${t('signIn.title')}</a>`
    return html`<div class="gate-card stack">
      <div>
        ${needed && this.token ? html`<p class="muted small">${t('setup.step', { step: 1, total: 2 })}</p>` : ''}
        <h1 tabindex="-1">${t('setup.title')}</h1>
        <p class="muted">${t('setup.lede')}</p>
      </div>
      ${
        !needed
          ? emptyState('check', t('setup.done.title'), t('setup.done.text'), toSignIn)
          : this.token
            ? this.form()
            : emptyState('secrets', t('setup.noToken.title'), t('setup.noToken.text'))
      }
    </div>`
  }

  protected override render(): TemplateResult {
    return html`<div class="gate-body">
      ${this.me ? this.connect(this.me) : this.needed.render(({ needed }) => this.welcome(needed), 4)}
    </div>`
  }
}
