import type { UpdateSettingView, UpdatesView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { checkField, selectField, textField } from '../elements/field.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { toast } from '../state/toasts.ts'

const MODES = ['off', 'patch', 'minor', 'channel'] as const
const NIGHTLY = { cron: '0 3 * * *', minutes: 60 }

/** The host has taken the settings; `view` is what holds now. */
export class UpdateSettingsSaved extends Event {
  readonly view: UpdatesView

  constructor(view: UpdatesView) {
    super('update-settings-saved')
    this.view = view
  }
}

/** How an installation comes by updates: by itself or by hand, from which channel, at which time. */
@customElement('nx-update-settings')
export class UpdateSettingsForm extends NxElement {
  @property({ attribute: false }) installationId = ''
  @property({ attribute: false }) view: UpdatesView | undefined
  @state() private draft: UpdateSettingView | undefined
  private readonly action = new Action(this)

  private set(change: Partial<UpdateSettingView>): void {
    const now = this.draft ?? this.view?.setting
    if (now) this.draft = { ...now, ...change }
  }

  private setWindow(window: NonNullable<UpdateSettingView['window']>): void {
    this.set({ window })
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault()
    const { draft, installationId: id } = this
    if (!draft) return
    const { mode, channel, window } = draft
    const body = { mode, channel, window: window ?? null }
    const saved = await this.action.run(() => call('changeUpdateSetting', { params: { id }, body }))
    if (!saved) return
    this.draft = undefined
    toast(t('versions.saved'))
    this.dispatchEvent(new UpdateSettingsSaved(saved))
  }

  private window({ window }: UpdateSettingView): TemplateResult {
    return html`${checkField(t('versions.window'), window !== undefined, (on) =>
      on ? this.setWindow(NIGHTLY) : this.withoutWindow(),
    )}
    ${
      window === undefined
        ? ''
        : html`${textField({
            id: 'window-cron',
            label: t('versions.window.cron'),
            hint: t('versions.window.cron.hint'),
            mono: true,
            maxlength: 100,
            value: window.cron,
            onInput: (cron) => this.setWindow({ ...window, cron }),
          })}
          ${textField({
            id: 'window-minutes',
            label: t('versions.window.minutes'),
            type: 'number',
            value: String(window.minutes),
            onInput: (text) => this.setWindow({ ...window, minutes: Math.trunc(Number(text)) }),
          })}
          ${textField({
            id: 'window-zone',
            label: t('versions.window.zone'),
            hint: t('versions.window.zone.hint'),
            maxlength: 60,
            value: window.timeZone ?? '',
            onInput: (timeZone) => this.setWindow({ ...window, timeZone: timeZone === '' ? undefined : timeZone }),
          })}`
    }`
  }

  private withoutWindow(): void {
    const now = this.draft ?? this.view?.setting
    if (!now) return
    const { window: _window, ...rest } = now
    this.draft = rest
  }

  protected override render(): TemplateResult | string {
    const { view } = this
    if (!view) return ''
    const setting = this.draft ?? view.setting
    const channels = [...new Set(['latest', setting.channel, ...Object.keys(view.channels)])]
    return panel(
      t('versions.settings'),
      html`<form class="fields" novalidate @submit=${(event: Event) => this.save(event)}>
        ${problemNotice(this.action.problem)}
        <p class="muted">${t('versions.settings.text')}</p>
        ${selectField(
          {
            id: 'update-mode',
            label: t('versions.mode'),
            value: setting.mode,
            onChange: (value) => this.set({ mode: MODES.find((mode) => mode === value) ?? 'off' }),
          },
          MODES.map((mode) => ({ value: mode, label: t(`versions.mode.${mode}`) })),
        )}
        ${selectField(
          {
            id: 'update-channel',
            label: t('versions.channel'),
            hint: t('versions.channel.hint'),
            value: setting.channel,
            onChange: (channel) => this.set({ channel }),
          },
          channels.map((channel) => ({ value: channel, label: channel, foreign: true })),
        )}
        ${this.window(setting)}
        <div class="row">
          <button class="btn primary" ?disabled=${!this.draft || this.action.busy}>${t('settings.save')}</button>
          ${
            this.draft
              ? html`<button type="button" class="btn quiet" @click=${() => (this.draft = undefined)}>
                  ${t('settings.discard')}
                </button>`
              : ''
          }
        </div>
      </form>`,
    )
  }
}
