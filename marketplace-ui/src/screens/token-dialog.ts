import type { CreatedToken, VirtualServerView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { copyLine } from '../elements/copy-button.ts'
import { DialogElement } from '../elements/dialog.ts'
import { checkField, selectField, textField } from '../elements/field.ts'
import { notice } from '../elements/notice.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { isMessageKey, t } from '../i18n/translate.ts'
import { FIRST_TOKEN_DAYS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { session } from '../state/session.ts'
import { snippetList } from './client-snippets.ts'

const LIFETIMES = [30, 90, 365] as const

/** What a permission means, in words; its own name where the catalog does not know it yet. */
export function permissionText(permission: string): string {
  const key = `scope.${permission}`
  return isMessageKey(key) ? t(key) : permission
}

/** Creates an access token and shows it once. Resolves with `true` when one was made. */
@customElement('nx-token-dialog')
export class TokenDialog extends DialogElement<boolean> {
  @property({ attribute: false }) servers: readonly VirtualServerView[] = []
  @state() private label = ''
  @state() private scopes: readonly string[] = ['tools:call']
  @state() private days: number | null = FIRST_TOKEN_DAYS
  @state() private server = ''
  @state() private created: CreatedToken | undefined
  private readonly action = new Action(this)

  private async create(): Promise<void> {
    if (this.created) return
    const body = {
      name: this.label.trim(),
      scopes: [...this.scopes],
      expiresInDays: this.days,
      ...(this.server && { virtualServer: this.server }),
    }
    this.created = await this.action.run(() => call('createToken', { body }))
    await this.updateComplete
    if (this.created) this.querySelector<HTMLElement>('nx-copy button')?.focus()
  }

  private toggle(scope: string, on: boolean): void {
    this.scopes = [...this.scopes.filter((item) => item !== scope), ...(on ? [scope] : [])]
  }

  private lifetime(): TemplateResult {
    return selectField(
      {
        id: 'token-days',
        label: t('token.expiry'),
        value: String(this.days ?? ''),
        onChange: (value) => (this.days = value === '' ? null : Number(value)),
      },
      [
        ...LIFETIMES.map((days) => ({ value: String(days), label: t('token.days', { count: days }) })),
        { value: '', label: t('token.never') },
      ],
    )
  }

  private target(): TemplateResult | '' {
    if (this.servers.length === 0) return ''
    return selectField(
      {
        id: 'token-server',
        label: t('token.server'),
        hint: t('token.server.hint'),
        value: this.server,
        onChange: (value) => (this.server = value),
      },
      [
        { value: '', label: t('token.server.any') },
        ...this.servers.map((server) => ({ value: server.name, label: server.title, foreign: true })),
      ],
    )
  }

  private form(): TemplateResult {
    const { problem } = this.action
    const error = fieldError(problem, 'scopes')
    return html`${problemNotice(problem)}
      ${textField({
        id: 'token-name',
        label: t('token.name'),
        hint: t('token.name.hint'),
        required: true,
        maxlength: 80,
        value: this.label,
        error: fieldError(problem, 'name'),
        onInput: (value) => (this.label = value),
      })}
      <fieldset class="stack-s">
        <legend>${t('token.scopes')}</legend>
        ${(session.value?.permissions ?? []).map((permission) =>
          checkField(
            html`${permissionText(permission)} <code class="muted small" translate="no">${permission}</code>`,
            this.scopes.includes(permission),
            (on) => this.toggle(permission, on),
            { id: `scope-${permission}` },
          ),
        )}
        ${error ? html`<span class="error" translate="no">${error}</span>` : ''}
      </fieldset>
      <div class="fields pair">${this.lifetime()} ${this.target()}</div>`
  }

  private shown(token: CreatedToken): TemplateResult {
    const server = this.servers.find((item) => item.name === token.virtualServer)
    const url = server?.url ?? session.value?.host.mcpUrl ?? ''
    return html`${notice('warn', t('token.once'), 'status')} ${copyLine(token.token, t('token.copy'))}
      <details>
        <summary>${t('token.snippets')}</summary>
        ${snippetList(server?.name ?? 'nexus', url, token.token)}
      </details>`
  }

  protected override render(): TemplateResult {
    const ready = this.label.trim() !== '' && this.scopes.length > 0 && !this.action.busy
    if (this.created) {
      return this.frame({
        title: t('token.created', { name: this.created.name }),
        body: this.shown(this.created),
        footer: html`<button type="button" class="btn primary" @click=${() => this.finish(true)}>
          ${t('token.done')}
        </button>`,
      })
    }
    return this.frame({
      title: t('token.new'),
      body: this.form(),
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>${t('token.create')}</button>`,
      onSubmit: () => {
        if (ready) void this.create()
      },
    })
  }
}
