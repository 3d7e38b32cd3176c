import type { InstallationDetail, InstallPlan } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { emptyState, problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { TYPING_PAUSE_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { toast } from '../state/toasts.ts'
import './config-form.ts'
import './installation-cache.ts'
import './installation-definitions.ts'
import './installation-sandbox.ts'
import type { ConfigChange } from './config-form.ts'
import { initialValues, type ConfigValues } from './config-values.ts'
import { privateTargets, targetKey } from './install-review.ts'

/** The settings of an installed plugin. Saving restarts it with the new values. */
@customElement('nx-installation-settings')
export class InstallationSettings extends NxElement {
  @property({ attribute: false }) item: InstallationDetail | undefined
  @state() private values: ConfigValues | undefined
  @state() private plan: InstallPlan | undefined
  @state() private allowed: ReadonlySet<string> | undefined
  private readonly action = new Action(this)
  #typing: ReturnType<typeof setTimeout> | undefined

  override disconnectedCallback(): void {
    clearTimeout(this.#typing)
    super.disconnectedCallback()
  }

  /** What is ticked: the person's choice, or what is granted now. */
  private get allowedNow(): ReadonlySet<string> {
    return this.allowed ?? new Set(this.item?.allowPrivateAddresses)
  }

  private changed(event: ConfigChange): void {
    this.values = event.detail
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => void this.check(), TYPING_PAUSE_MS)
  }

  /** Asks what the new values would grant, so that the network targets shown are the new ones. */
  private async check(): Promise<void> {
    const { item, values } = this
    if (!item || !values) return
    const body = { pluginId: item.pluginId, version: item.version, config: values }
    this.plan = await this.action.run(() => call('planInstall', { body }))
  }

  private toggle(target: string, on: boolean): void {
    const next = new Set(this.allowedNow)
    if (on) next.add(target)
    else next.delete(target)
    this.allowed = next
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault()
    const { item, values, allowedNow } = this
    if (!item || !values) return
    const offered = new Set(this.plan?.networkTargets.map(targetKey))
    const body = {
      config: values,
      allowPrivateAddresses: [...allowedNow].filter((target) => offered.has(target)),
    }
    const saved = await this.action.run(() => call('changeInstallation', { params: { id: item.id }, body }))
    if (!saved) return
    this.values = undefined
    this.plan = undefined
    this.allowed = undefined
    toast(t('settings.saved'))
    this.dispatchEvent(new CustomEvent('saved', { detail: saved }))
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      ${this.settings()}
      <nx-installation-definitions .item=${this.item}></nx-installation-definitions>
      <nx-installation-cache .item=${this.item}></nx-installation-cache>
      <nx-installation-sandbox .item=${this.item}></nx-installation-sandbox>
    </div>`
  }

  private settings(): TemplateResult {
    const { item } = this
    if (!item || item.config.length === 0) {
      return panel(
        t('installation.tab.settings'),
        emptyState('none', t('settings.none.title'), t('settings.none.text')),
      )
    }
    const errors = this.action.problem?.errors ?? this.plan?.configErrors ?? []
    const fields = errors.map((error) => ({ ...error, path: error.path.replace(/^\/?config[./]/, '') }))
    return panel(
      t('installation.tab.settings'),
      html`<form class="fields" novalidate @submit=${(event: Event) => this.save(event)}>
        ${problemNotice(this.action.problem)}
        <p class="muted">${t('settings.text')}</p>
        <nx-config-form
          .fields=${item.config}
          .values=${this.values ?? initialValues(item.config, item.configValues)}
          .errors=${fields}
          @config-change=${(event: ConfigChange) => this.changed(event)}
        ></nx-config-form>
        ${this.plan ? privateTargets(this.plan, this.allowedNow, (target, on) => this.toggle(target, on)) : ''}
        <div class="row">
          <button class="btn primary" ?disabled=${!this.values || this.action.busy || errors.length > 0}>
            ${t('settings.save')}
          </button>
          ${
            this.values
              ? html`<button
                  type="button"
                  class="btn quiet"
                  @click=${() => ((this.values = undefined), (this.plan = undefined), (this.allowed = undefined))}
                >
                  ${t('settings.discard')}
                </button>`
              : ''
          }
        </div>
      </form>`,
    )
  }
}
