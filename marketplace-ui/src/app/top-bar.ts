import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { session } from '../state/session.ts'
import './preferences.ts'
import { go } from './router.ts'

/** Workspace, account, preferences, and the way to the navigation on a narrow screen. */
@customElement('nx-top-bar')
export class TopBar extends NxElement {
  private readonly action = new Action(this)

  private async signOut(): Promise<void> {
    const left = await this.action.run(async () => {
      await call('signOut', {})
      return true
    })
    if (!left) return
    session.set(null)
    go('/sign-in')
  }

  protected override render(): TemplateResult {
    const me = session.value
    return html`<header class="top">
      <button
        type="button"
        class="btn quiet square menu-toggle"
        aria-label=${t('rail.open')}
        aria-haspopup="dialog"
        @click=${() => this.dispatchEvent(new Event('open-navigation'))}
      >
        ${icon('menu')}
      </button>
      <p class="workspace">
        <span class="muted small">${t('top.workspace')}</span><strong translate="no">${me?.workspace.title}</strong>
      </p>
      ${me?.host.developerMode ? html`<span class="badge warn" title=${t('top.developer.text')}>${t('top.developer')}</span>` : ''}
      <div class="tools">
        <button type="button" class="btn quiet" popovertarget="account">
          ${icon('person')}<span class="sr">${t('top.account')}</span
          ><span class="who-name" translate="no">${me?.user.displayName}</span>
        </button>
        <div id="account" class="menu" popover>
          <div class="who">
            <strong translate="no">${me?.user.displayName}</strong>
            <p class="muted small break" translate="no">${me?.user.email}</p>
            <p class="muted small">${me?.roles.map((role) => t(`role.${role}`)).join(' · ')}</p>
          </div>
          <div class="stack-s">
            ${problemNotice(this.action.problem)} <nx-preferences></nx-preferences>
            <button type="button" class="btn quiet" @click=${() => this.signOut()}>
              ${icon('out')}<span>${t('top.signOut')}</span>
            </button>
          </div>
        </div>
      </div>
    </header>`
  }
}
