import type { UserView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { icon } from '../elements/icon.ts'
import { dataTable, pageHead } from '../elements/panel.ts'
import { stateDot } from '../elements/plugin-state.ts'
import { problemNotice } from '../elements/states.ts'
import { day } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { session } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import { PersonDialog } from './person-dialog.ts'
import { readRole, ROLES } from './roles.ts'

/** The people of the workspace, their roles, and whether they may sign in. */
@customElement('nx-people')
export class People extends ScreenElement {
  private readonly action = new Action(this)
  private readonly list = new Resource(this, { args: () => [], load: (_, signal) => call('users', { signal }) })

  private async add(): Promise<void> {
    const made = await new PersonDialog().show()
    if (!made) return
    toast(t('person.added', { name: made.displayName }))
    this.list.reload()
  }

  private async change(
    user: UserView,
    body: { readonly disabled?: boolean; readonly role?: UserView['roles'][number] },
  ): Promise<void> {
    const changed = await this.action.run(() => call('changeUser', { params: { id: user.id }, body }))
    if (changed) toast(t('person.changed', { name: changed.displayName }))
    this.list.reload()
  }

  private async disable(user: UserView): Promise<void> {
    const sure = await confirmLoss({
      title: t('person.disable.title', { name: user.displayName }),
      body: html`<p>${t('person.disable.text')}</p>`,
      action: t('action.disable'),
    })
    if (sure) await this.change(user, { disabled: true })
  }

  private roleChoice(user: UserView, self: boolean): TemplateResult {
    if (self) return html`<span>${user.roles.map((role) => t(`role.${role}`)).join(', ')}</span>`
    return html`<select
      class="input role"
      aria-label=${t('person.roleOf', { name: user.displayName })}
      ?disabled=${this.action.busy}
      @change=${(event: Event) => {
        if (!(event.target instanceof HTMLSelectElement)) return
        const role = readRole(event.target.value)
        if (role) void this.change(user, { role })
      }}
    >
      ${ROLES.map((role) => html`<option value=${role} .selected=${user.roles.includes(role)}>${t(`role.${role}`)}</option>`)}
    </select>`
  }

  private row(user: UserView): TemplateResult {
    const self = user.id === session.value?.user.id
    return html`<tr>
      <td>
        <strong dir="auto" translate="no">${user.displayName}</strong
        >${self ? html` <span class="badge">${t('person.you')}</span>` : ''}
        <p class="muted small break" translate="no">${user.email}</p>
      </td>
      <td>${this.roleChoice(user, self)}</td>
      <td>
        <span class="state"
          >${stateDot(user.disabled ? 'off' : 'ok')}<span
            >${t(user.disabled ? 'person.disabled' : 'person.active')}</span
          ></span
        >
      </td>
      <td>${day(user.createdAt)}</td>
      <td class="fit">
        ${
          self
            ? ''
            : user.disabled
              ? html`<button
                  type="button"
                  class="btn tight"
                  ?disabled=${this.action.busy}
                  @click=${() => this.change(user, { disabled: false })}
                >
                  ${t('action.enable')}<span class="sr" translate="no"> ${user.displayName}</span>
                </button>`
              : html`<button
                  type="button"
                  class="btn danger tight"
                  ?disabled=${this.action.busy}
                  @click=${() => this.disable(user)}
                >
                  ${t('action.disable')}<span class="sr" translate="no"> ${user.displayName}</span>
                </button>`
        }
      </td>
    </tr>`
  }

  protected override render(): TemplateResult {
    const add = html`<button type="button" class="btn primary" @click=${() => this.add()}>
      ${icon('plus')}<span>${t('person.add')}</span>
    </button>`
    return html`<div class="page">
      ${pageHead(t('people.title'), t('people.lede'), add)} ${problemNotice(this.action.problem)}
      ${this.list.render(
        ({ items }) =>
          html`<section class="panel">
            ${dataTable(
              t('people.title'),
              html`<th scope="col">${t('person.displayName')}</th>
                <th scope="col">${t('person.role')}</th>
                <th scope="col">${t('person.state')}</th>
                <th scope="col">${t('person.since')}</th>
                <th scope="col"><span class="sr">${t('table.actions')}</span></th>`,
              items.map((user) => this.row(user)),
            )}
          </section>`,
      )}
    </div>`
  }
}
