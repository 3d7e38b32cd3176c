import type { ApprovalView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { field } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { notice } from '../elements/notice.ts'
import { NxElement } from '../elements/nx-element.ts'
import { facts } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { ago, formatList } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { may } from '../state/session.ts'
import { riskBadges } from './approval-risks.ts'

/** Told when the person has decided; bubbles. */
export class ApprovalDecided extends Event {
  readonly approval: ApprovalView

  constructor(approval: ApprovalView) {
    super('approval-decided', { bubbles: true })
    this.approval = approval
  }
}

/** A rule of the workspace, which has a number and no name; it stands under Policies. */
function ownRule(): TemplateResult {
  const words = t('approval.ownRule')
  return may('policies:manage') ? html`<a href="/policies">${words}</a>` : html`${words}`
}

/** One call that waits: who wants what, with which arguments, and the decision. */
@customElement('nx-approval-card')
export class ApprovalCard extends NxElement {
  @property({ attribute: false }) approval: ApprovalView | undefined
  @state() private note = ''
  private readonly action = new Action(this)

  private async decide(verdict: 'approve' | 'deny'): Promise<void> {
    const { approval, note } = this
    if (approval === undefined) return
    const body = { verdict, ...(note.trim() === '' ? {} : { note: note.trim() }) }
    const decided = await this.action.run(() => call('decideApproval', { params: { id: approval.id }, body }))
    if (decided !== undefined) this.dispatchEvent(new ApprovalDecided(decided))
  }

  /** Control and Enter approve from wherever the person is in the card: plain Enter must not. */
  private pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || this.action.busy) return
    event.preventDefault()
    void this.decide('approve')
  }

  private facts({ pluginId, name, upstream, virtualServer, via, rules, createdAt, expiresAt }: ApprovalView) {
    const code = (text: string) => html`<code class="break" translate="no">${text}</code>`
    return facts([
      [t('approval.calls'), code(`${pluginId}:${name}`)],
      [t('approval.upstream'), code(upstream)],
      ...(virtualServer === null ? [] : [[t('approval.server'), code(virtualServer)] as const]),
      ...(via === null ? [] : [[t('approval.via'), code(via)] as const]),
      [t('approval.rules'), rules.map((rule) => html`${rule.startsWith('rule:') ? ownRule() : code(rule)} `)],
      [t('approval.asked'), ago(createdAt)],
      [t('approval.ends'), ago(expiresAt)],
    ])
  }

  private decision({ id }: ApprovalView): TemplateResult {
    const { problem, busy } = this.action
    return html`${problemNotice(problem)}
      ${field(
        { id: `note-${id}`, label: t('approval.note'), hint: t('approval.note.hint') },
        html`<textarea
          class="input"
          id="note-${id}"
          rows="2"
          maxlength="500"
          aria-describedby="note-${id}-hint"
          .value=${this.note}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLTextAreaElement) this.note = event.target.value
          }}
        ></textarea>`,
      )}
      <div class="row">
        <button type="button" class="btn primary" ?disabled=${busy} @click=${() => this.decide('approve')}>
          ${icon('check')}<span>${t('approval.approve')}</span>
        </button>
        <button type="button" class="btn danger" ?disabled=${busy} @click=${() => this.decide('deny')}>
          ${icon('close')}<span>${t('approval.deny')}</span>
        </button>
        <span class="muted small">${t('approval.keys')}</span>
      </div>`
  }

  private outcome(approval: ApprovalView): TemplateResult {
    const { state: stands, decidedBy, note, own } = approval
    if (stands === 'pending') {
      const who = [...new Set(approval.approvers.flatMap(({ roles }) => roles.map((role) => t(`role.${role}`))))]
      const people = approval.approvers.reduce((count, group) => count + group.people, 0)
      const named = people === 0 ? [] : [t('approval.people', { count: people })]
      const list = formatList([...who, ...named])
      return notice('info', t(own ? 'approval.waits.own' : 'approval.waits.others', { who: list }))
    }
    return html`<div class="notice ${stands === 'denied' ? 'bad' : 'ok'}" role="note">
      ${icon(stands === 'denied' ? 'close' : 'check')}
      <div>
        <span>${t(`approval.by.${stands}`, { name: decidedBy ?? '' })}</span>
        ${note === null ? '' : html`<span dir="auto" translate="no">${note}</span>`}
      </div>
    </div>`
  }

  protected override render(): TemplateResult {
    const { approval } = this
    if (approval === undefined) return html``
    const { exposed, title, caller, reason } = approval
    // The host's own sentence is said in the reader's language; a policy pack speaks for itself.
    const byRule = approval.rules.every((rule) => rule.startsWith('rule:'))
    return html`<article class="panel approval" aria-labelledby="call-${approval.id}" @keydown=${this.pressed}>
      <header>
        <h2 id="call-${approval.id}" tabindex="-1" dir="auto" translate="no">${title ?? exposed}</h2>
        <div class="chips">${riskBadges(approval)}</div>
      </header>
      <div class="inner stack">
        <p>
          <strong dir="auto" translate="no">${caller}</strong> ${t(`approval.wants.${approval.kind}`)}
          <code class="break" translate="no">${exposed}</code>
        </p>
        ${notice('warn', byRule ? t('approval.byRule') : html`<span dir="auto" translate="no">${reason}</span>`)}
        <div class="stack-s">
          <h3>${t('approval.arguments')}</h3>
          <pre class="schema" tabindex="0" aria-label=${t('approval.arguments')} translate="no">
${approval.arguments}</pre>
          <p class="muted small">${t('approval.masked')}</p>
        </div>
        ${this.facts(approval)} ${approval.mayDecide ? this.decision(approval) : this.outcome(approval)}
      </div>
    </article>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nx-approval-card': ApprovalCard
  }
  interface HTMLElementEventMap {
    'approval-decided': ApprovalDecided
  }
}
