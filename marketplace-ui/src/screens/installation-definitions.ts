import type { DefinitionSetting, InstallationDetail } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { NxElement } from '../elements/nx-element.ts'
import { panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { toast } from '../state/toasts.ts'

/** How changed definitions of an installation's servers are met. */
@customElement('nx-installation-definitions')
export class InstallationDefinitions extends NxElement {
  @property({ attribute: false }) item: InstallationDetail | undefined
  private readonly action = new Action(this)
  private readonly setting = new Resource(this, {
    args: () => [this.item?.id ?? ''] as const,
    load: ([id], signal) => call('definitionSetting', { params: { id }, signal }),
  })

  private async change(body: Partial<DefinitionSetting>): Promise<void> {
    const { item } = this
    if (!item) return
    const saved = await this.action.run(() => call('changeDefinitionSetting', { params: { id: item.id }, body }))
    if (!saved) return
    this.setting.replace(saved)
    toast(t('definitions.saved'))
  }

  private choice<Name extends keyof DefinitionSetting>(
    name: Name,
    values: readonly DefinitionSetting[Name][],
    now: DefinitionSetting,
  ): TemplateResult {
    return html`<fieldset class="fields">
      <legend>${t(`definitions.${name}`)}</legend>
      ${values.map(
        (value) =>
          html`<label class="check">
            <input
              type="radio"
              name=${name}
              .checked=${now[name] === value}
              ?disabled=${this.action.busy}
              @change=${() => this.change({ [name]: value })}
            />
            <span>${t(`definitions.${value}`)}</span>
          </label>`,
      )}
    </fieldset>`
  }

  protected override render(): TemplateResult {
    return panel(
      t('definitions.title'),
      html`<div class="stack">
        ${problemNotice(this.action.problem)}
        <p class="muted">${t('definitions.text')} <a href="/changes">${t('changes.title')}</a></p>
        ${this.setting.render(
          (now) =>
            html`${this.choice('approval', ['hold', 'auto'], now)}${this.choice('served', ['old', 'withdrawn'], now)}`,
        )}
      </div>`,
    )
  }
}
