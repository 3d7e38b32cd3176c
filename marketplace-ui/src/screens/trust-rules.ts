import type { TrustPolicy, TrustPolicyChange, TrustPolicyView } from '@nexus/runtime/contract'
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

const NEW_PUBLISHERS = ['ask', 'refuse'] as const
const PROVENANCE = ['optional', 'keep', 'required'] as const
const WITNESSES = ['requireLog', 'requireTuf', 'requireDistSignature'] as const

/** The host has taken the rules; `view` is what holds now. */
export class TrustRulesSaved extends Event {
  readonly view: TrustPolicyView

  constructor(view: TrustPolicyView) {
    super('trust-rules-saved')
    this.view = view
  }
}

/** What may be installed and started on this host, rule by rule. */
@customElement('nx-trust-rules')
export class TrustRules extends NxElement {
  @property({ attribute: false }) policy: TrustPolicy | undefined
  @property({ type: Boolean }) editable = false
  @state() private draft: TrustPolicyChange = {}
  private readonly action = new Action(this)

  private set(change: TrustPolicyChange): void {
    this.draft = { ...this.draft, ...change }
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault()
    const view = await this.action.run(() => call('changeTrustPolicy', { body: this.draft }))
    if (!view) return
    this.draft = {}
    toast(t('trust.saved'))
    this.dispatchEvent(new TrustRulesSaved(view))
  }

  /** A list with commas; empty means no restriction where `orAny` says so. */
  private list(rule: 'blockedPublishers' | 'ageExceptions', now: TrustPolicy): TemplateResult {
    return textField({
      id: rule,
      label: t(`trust.rule.${rule}`),
      hint: t(`trust.rule.${rule}.hint`),
      mono: true,
      maxlength: 2000,
      value: now[rule].join(', '),
      onInput: (text) => this.set({ [rule]: splitList(text) }),
    })
  }

  private choice(rule: 'licenses' | 'channels', now: TrustPolicy): TemplateResult {
    return textField({
      id: rule,
      label: t(`trust.rule.${rule}`),
      hint: t(`trust.rule.${rule}.hint`),
      mono: true,
      maxlength: 2000,
      value: now[rule]?.join(', ') ?? '',
      onInput: (text) => this.set({ [rule]: text.trim() === '' ? null : splitList(text) }),
    })
  }

  private fields(now: TrustPolicy): TemplateResult {
    return html`${selectField(
      {
        id: 'newPublishers',
        label: t('trust.rule.newPublishers'),
        value: now.newPublishers,
        onChange: (value) => this.set({ newPublishers: value === 'refuse' ? 'refuse' : 'ask' }),
      },
      NEW_PUBLISHERS.map((value) => ({ value, label: t(`trust.rule.newPublishers.${value}`) })),
    )}
    ${selectField(
      {
        id: 'provenance',
        label: t('trust.rule.provenance'),
        hint: t('trust.rule.provenance.hint'),
        value: now.provenance,
        onChange: (value) => this.set({ provenance: PROVENANCE.find((known) => known === value) ?? 'keep' }),
      },
      PROVENANCE.map((value) => ({ value, label: t(`trust.rule.provenance.${value}`) })),
    )}
    ${textField({
      id: 'minimumReleaseAgeHours',
      label: t('trust.rule.minimumReleaseAgeHours'),
      hint: t('trust.rule.minimumReleaseAgeHours.hint'),
      type: 'number',
      value: String(now.minimumReleaseAgeHours),
      onInput: (text) => this.set({ minimumReleaseAgeHours: Math.trunc(Number(text)) }),
    })}
    ${this.list('ageExceptions', now)} ${this.choice('licenses', now)} ${this.choice('channels', now)}
    ${this.list('blockedPublishers', now)}
    ${WITNESSES.map((rule) =>
      checkField(t(`trust.rule.${rule}`), now[rule], (on) => this.set({ [rule]: on }), { id: rule }),
    )}`
  }

  protected override render(): TemplateResult | string {
    const { policy } = this
    if (!policy) return ''
    // What is not given stays as it is; the members that are given have the types of the policy itself.
    const now: TrustPolicy = Object.assign({ ...policy }, this.draft)
    const isChanged = Object.keys(this.draft).length > 0
    return panel(
      t('trust.rules'),
      html`<form class="fields" novalidate @submit=${(event: Event) => this.save(event)}>
        ${problemNotice(this.action.problem)}
        <p class="muted">${t('trust.rules.text')}</p>
        <fieldset class="fields" ?disabled=${!this.editable}>
          <legend class="sr">${t('trust.rules')}</legend>
          ${this.fields(now)}
        </fieldset>
        ${
          this.editable
            ? html`<div class="row">
                <button class="btn primary" ?disabled=${!isChanged || this.action.busy}>${t('trust.save')}</button>
              </div>`
            : ''
        }
      </form>`,
    )
  }
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
