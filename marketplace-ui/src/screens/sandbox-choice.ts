import type { SandboxProfileView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { selectField } from '../elements/field.ts'
import { notice } from '../elements/notice.ts'
import { NxElement } from '../elements/nx-element.ts'
import { problemNotice } from '../elements/states.ts'
import { formatMilliseconds, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'

export type ProfileChange = CustomEvent<string>

/** Where the code of a plugin runs: the profiles of the host, what each means, and the trust that worker threads need. */
@customElement('nx-sandbox-choice')
export class SandboxChoice extends NxElement {
  @property({ attribute: false }) pluginId = ''
  /** Name of the chosen profile. */
  @property({ attribute: false }) profile = ''
  private readonly action = new Action(this)
  private readonly profiles = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('sandboxProfiles', { signal }),
  })
  private readonly trust = new Resource(this, { args: () => [], load: (_, signal) => call('trust', { signal }) })

  private get publisher(): string {
    return this.pluginId.split('/')[0] ?? ''
  }

  private choose(name: string): void {
    this.dispatchEvent(new CustomEvent('profile-change', { detail: name }))
  }

  private async trustPublisher(): Promise<void> {
    const { publisher } = this
    const sure = await confirmLoss({
      title: t('sandbox.trust.title', { publisher }),
      body: html`<p>${t('sandbox.notBoundary')}</p>
        <p>${t('sandbox.trust.text')}</p>`,
      action: t('sandbox.trust.action'),
    })
    if (!sure) return
    const changed = await this.action.run(() => call('changeTrust', { params: { publisher }, body: { workers: true } }))
    if (!changed) return
    this.trust.replace(changed)
    this.dispatchEvent(new CustomEvent('trust-change'))
  }

  private workerNotice(): TemplateResult {
    const known = this.trust.value?.publishers.find(({ id }) => id === this.publisher)
    if (known?.workers === true) return notice('warn', t('sandbox.notBoundary'))
    const canTrust = known !== undefined && may('users:manage')
    return notice(
      'bad',
      html`<strong>${t('sandbox.notBoundary')}</strong>
        <span>${t('sandbox.untrusted', { publisher: this.publisher })}</span>
        ${
          canTrust
            ? html`<p>
                <button
                  type="button"
                  class="btn tight"
                  ?disabled=${this.action.busy}
                  @click=${() => this.trustPublisher()}
                >
                  ${t('sandbox.trust.action')}
                </button>
              </p>`
            : ''
        }`,
    )
  }

  private about({ description, tier, memoryMb, cpuMsPerCall }: SandboxProfileView): TemplateResult {
    const memory = formatNumber(memoryMb, { style: 'unit', unit: 'megabyte' })
    return html`<p class="small muted" dir="auto" translate="no">${description}</p>
      <p class="small muted">${t('sandbox.limits', { memory, cpu: formatMilliseconds(cpuMsPerCall) })}</p>
      ${tier === 'worker' ? this.workerNotice() : ''}`
  }

  protected override render(): TemplateResult {
    return this.profiles.render(({ items }) => {
      const choices = items.filter(({ tier }) => tier !== 'process')
      const chosen = choices.find(({ name }) => name === this.profile)
      return html`<div class="stack-s">
        ${selectField(
          {
            id: 'sandbox-profile',
            label: t('sandbox.profile'),
            value: this.profile,
            onChange: (name) => this.choose(name),
          },
          choices.map(({ name, title, tier }) => ({ value: name, label: `${title} · ${tier}`, foreign: true })),
        )}
        ${chosen ? this.about(chosen) : ''} ${problemNotice(this.action.problem)}
      </div>`
    }, 3)
  }
}
