import type { RoleView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { selectField, textField } from '../elements/field.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { readRole, ROLES } from './roles.ts'

/** Adds an allow or deny rule. */
@customElement('nx-rule-dialog')
export class RuleDialog extends DialogElement<true> {
  @state() private chosenRole: RoleView | '*' = '*'
  @state() private plugin = '*'
  @state() private tool = '*'
  @state() private effect: 'allow' | 'deny' = 'deny'
  private readonly action = new Action(this)

  private async save(): Promise<void> {
    const body = { role: this.chosenRole, plugin: this.plugin.trim(), tool: this.tool.trim(), effect: this.effect }
    const made = await this.action.run(() => call('createPolicyRule', { body }))
    if (made) this.finish(true)
  }

  protected override render(): TemplateResult {
    const { problem, busy } = this.action
    const ready = this.plugin.trim() !== '' && this.tool.trim() !== '' && !busy
    return this.frame({
      narrow: true,
      title: t('policy.new'),
      body: html`${problemNotice(problem)}
      ${selectField(
        {
          id: 'rule-effect',
          label: t('policy.effect'),
          value: this.effect,
          onChange: (value) => (this.effect = value === 'allow' ? 'allow' : 'deny'),
        },
        (['deny', 'allow'] as const).map((effect) => ({ value: effect, label: t(`policy.effect.${effect}`) })),
      )}
      ${selectField(
        {
          id: 'rule-role',
          label: t('person.role'),
          value: this.chosenRole,
          onChange: (value) => (this.chosenRole = readRole(value) ?? '*'),
        },
        [
          { value: '*', label: t('policy.everyone') },
          ...ROLES.map((role) => ({ value: role, label: t(`role.${role}`) })),
        ],
      )}
      ${textField({
        id: 'rule-plugin',
        label: t('installed.plugin'),
        hint: t('policy.plugin.hint'),
        mono: true,
        maxlength: 110,
        value: this.plugin,
        error: fieldError(problem, 'plugin'),
        onInput: (value) => (this.plugin = value),
      })}
      ${textField({
        id: 'rule-tool',
        label: t('policy.tool'),
        hint: t('policy.tool.hint'),
        mono: true,
        maxlength: 128,
        value: this.tool,
        error: fieldError(problem, 'tool'),
        onInput: (value) => (this.tool = value),
      })}`,
      footer: html`<button type="button" class="btn" data-safe @click=${() => this.finish(undefined)}>
          ${t('action.cancel')}
        </button>
        <button class="btn primary" ?disabled=${!ready}>${t('policy.add')}</button>`,
      onSubmit: () => {
        if (ready) void this.save()
      },
    })
  }
}
