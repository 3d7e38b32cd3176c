import type { InstallationDetail } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { toast } from '../state/toasts.ts'
import './sandbox-choice.ts'
import type { ProfileChange } from './sandbox-choice.ts'

/** Moves an installed plugin to another sandbox profile; it starts there before the old one goes. */
@customElement('nx-installation-sandbox')
export class InstallationSandbox extends NxElement {
  @property({ attribute: false }) item: InstallationDetail | undefined
  @state() private chosen: string | undefined
  private readonly action = new Action(this)

  private async move(event: Event): Promise<void> {
    event.preventDefault()
    const { item, chosen } = this
    if (!item || chosen === undefined) return
    const saved = await this.action.run(() =>
      call('changeInstallation', { params: { id: item.id }, body: { profile: chosen } }),
    )
    if (!saved) return
    this.chosen = undefined
    toast(t('sandbox.moved', { profile: saved.sandbox.profile }))
    this.dispatchEvent(new CustomEvent('saved', { detail: saved, bubbles: true }))
  }

  protected override render(): TemplateResult {
    const { item } = this
    if (!item) return html``
    const isOther = this.chosen !== undefined && this.chosen !== item.sandbox.profile
    return panel(
      t('plugin.sandbox'),
      html`<form class="fields" novalidate @submit=${(event: Event) => this.move(event)}>
        ${problemNotice(this.action.problem)}
        <p class="muted">${t('sandbox.text')}</p>
        <nx-sandbox-choice
          .pluginId=${item.pluginId}
          .profile=${this.chosen ?? item.sandbox.profile}
          @profile-change=${(event: ProfileChange) => (this.chosen = event.detail)}
        ></nx-sandbox-choice>
        <div class="row">
          <button class="btn primary" ?disabled=${!isOther || this.action.busy}>${t('sandbox.move')}</button>
        </div>
      </form>`,
    )
  }
}
