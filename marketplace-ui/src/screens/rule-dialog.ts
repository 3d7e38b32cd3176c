import type { PolicyRuleView, RoleView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { DialogElement } from '../elements/dialog.ts'
import { selectField, textField } from '../elements/field.ts'
import { problemNotice } from '../elements/states.ts'
import { fieldError } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { readRole, ROLES } from './roles.ts'
import { FIRST_TERMS, hasApprover, termsFields } from './rule-approval.ts'

const EFFECTS = ['deny', 'ask', 'allow'] as const
const KINDS = ['tool', 'resource', 'prompt'] as const

/** Adds a rule that allows, denies or asks. */
@customElement('nx-rule-dialog')
export class RuleDialog extends DialogElement<true> {
  @state() private chosenRole: RoleView | '*' = '*'
  @state() private plugin = '*'
  @state() private kind: PolicyRuleView['kind'] = 'tool'
  @state() private tool = '*'
  @state() private effect: PolicyRuleView['effect'] = 'deny'
  @state() private terms = FIRST_TERMS
  private readonly action = new Action(this)
  /** Whom a rule may name as approvers. */
  private readonly people = new Resource(this, {
    args: () => [may('users:manage')] as const,
    load: async ([allowed], signal) => (allowed ? (await call('users', { signal })).items : []),
  })

  private async save(): Promise<void> {
    const { effect, terms, kind } = this
    const body = {
      role: this.chosenRole,
      plugin: this.plugin.trim(),
      kind,
      tool: this.tool.trim(),
      effect,
      ...(effect === 'ask' ? { approval: terms } : {}),
    }
    const made = await this.action.run(() => call('createPolicyRule', { body }))
    if (made) this.finish(true)
  }

  private effectField(): TemplateResult {
    return selectField(
      {
        id: 'rule-effect',
        label: t('policy.effect'),
        hint: this.effect === 'ask' ? t('policy.ask.hint') : undefined,
        value: this.effect,
        onChange: (value) => (this.effect = EFFECTS.find((effect) => effect === value) ?? 'deny'),
      },
      EFFECTS.map((effect) => ({ value: effect, label: t(`policy.effect.${effect}`) })),
    )
  }

  private roleField(): TemplateResult {
    return selectField(
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
    )
  }

  private subjectFields(): TemplateResult {
    const { problem } = this.action
    return html`${textField({
      id: 'rule-plugin',
      label: t('installed.plugin'),
      hint: t('policy.plugin.hint'),
      mono: true,
      maxlength: 110,
      value: this.plugin,
      error: fieldError(problem, 'plugin'),
      onInput: (value) => (this.plugin = value),
    })}
    ${selectField(
      {
        id: 'rule-kind',
        label: t('policy.kind'),
        value: this.kind,
        onChange: (value) => (this.kind = KINDS.find((kind) => kind === value) ?? 'tool'),
      },
      KINDS.map((kind) => ({ value: kind, label: t(`policy.kind.${kind}`) })),
    )}
    ${textField({
      id: 'rule-tool',
      label: t(`policy.kind.${this.kind}`),
      hint: t(`policy.${this.kind}.hint`),
      mono: true,
      maxlength: this.kind === 'resource' ? 1024 : 128,
      value: this.tool,
      error: fieldError(problem, 'tool'),
      onInput: (value) => (this.tool = value),
    })}`
  }

  protected override render(): TemplateResult {
    const { problem, busy } = this.action
    const named = this.plugin.trim() !== '' && this.tool.trim() !== ''
    const ready = named && !busy && (this.effect !== 'ask' || hasApprover(this.terms))
    const people = (this.people.value ?? []).filter(({ disabled }) => !disabled)
    return this.frame({
      narrow: true,
      title: t('policy.new'),
      body: html`${problemNotice(problem)} ${this.effectField()} ${this.roleField()} ${this.subjectFields()}
      ${this.effect === 'ask' ? termsFields(this.terms, people, (terms) => (this.terms = terms)) : ''}`,
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
