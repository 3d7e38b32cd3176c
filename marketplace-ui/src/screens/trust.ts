import type { SignerDecision, TrustView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { notice } from '../elements/notice.ts'
import { dataTable, pageHead, panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { day } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import './trust-rules.ts'
import type { TrustRulesSaved } from './trust-rules.ts'

/** Whom and what this host believes: decisions that wait, rules, pinned publishers. */
@customElement('nx-trust')
export class Trust extends ScreenElement {
  private readonly action = new Action(this)
  private readonly rules = new Resource(this, { args: () => [], load: (_, signal) => call('trustPolicy', { signal }) })
  private readonly pins = new Resource(this, { args: () => [], load: (_, signal) => call('trust', { signal }) })

  private async decide({ id }: SignerDecision, accept: boolean): Promise<void> {
    const view = await this.action.run(() => call('decideSigner', { params: { id }, body: { accept } }))
    if (!view) return
    this.rules.replace(view)
    this.pins.reload()
    toast(t(accept ? 'trust.accepted' : 'trust.rejected'))
  }

  private async unpin(publisher: string): Promise<void> {
    const sure = await confirmLoss({
      title: t('trust.unpin.title', { publisher }),
      body: html`<p>${t('trust.unpin.text')}</p>`,
      action: t('trust.unpin'),
    })
    if (!sure) return
    const done = await this.action.run(async () => {
      await call('unpinPublisher', { params: { publisher }, query: {} })
      return true
    })
    if (done) this.pins.reload()
  }

  private decision(item: SignerDecision): TemplateResult {
    return html`<tr>
      <td translate="no">${item.publisherId}</td>
      <td><code class="break small" translate="no">${item.signer}</code></td>
      <td translate="no">${item.pluginId} ${item.version}</td>
      <td>${day(item.seenAt)}</td>
      <td class="fit">
        <div class="row">
          <button type="button" class="btn tight" ?disabled=${this.action.busy} @click=${() => this.decide(item, true)}>
            ${t('trust.accept')}<span class="sr" translate="no"> ${item.publisherId}</span>
          </button>
          <button
            type="button"
            class="btn danger tight"
            ?disabled=${this.action.busy}
            @click=${() => this.decide(item, false)}
          >
            ${t('trust.reject')}<span class="sr" translate="no"> ${item.publisherId}</span>
          </button>
        </div>
      </td>
    </tr>`
  }

  private waiting(decisions: readonly SignerDecision[]): TemplateResult | '' {
    const items = decisions.filter(({ state }) => state === 'waiting')
    if (items.length === 0 || !may('users:manage')) return ''
    return html`${notice('warn', t('trust.waiting.text'))}
      <section class="panel">
        ${dataTable(
          t('trust.waiting'),
          html`<th scope="col">${t('trust.publisher')}</th>
            <th scope="col">${t('trust.signer')}</th>
            <th scope="col">${t('trust.seenWith')}</th>
            <th scope="col">${t('trust.seenAt')}</th>
            <th scope="col"><span class="sr">${t('table.actions')}</span></th>`,
          items.map((item) => this.decision(item)),
        )}
      </section>`
  }

  private publisher({ id, keys, identities = [], pinnedAt }: TrustView['publishers'][number]): TemplateResult {
    const signers = [
      ...keys.map(({ keyId }) => `sha256:${keyId}`),
      ...identities.map(({ issuer, subject }) => `${subject} (${issuer})`),
    ]
    return html`<tr>
      <td translate="no">${id}</td>
      <td>${signers.map((signer) => html`<code class="break small" translate="no">${signer}</code>`)}</td>
      <td>${day(pinnedAt)}</td>
      <td class="fit">
        ${
          may('users:manage')
            ? html`<button
                type="button"
                class="btn danger tight"
                ?disabled=${this.action.busy}
                @click=${() => this.unpin(id)}
              >
                ${t('trust.unpin')}<span class="sr" translate="no"> ${id}</span>
              </button>`
            : ''
        }
      </td>
    </tr>`
  }

  private pinned({ publishers }: TrustView): TemplateResult {
    return panel(
      t('trust.pins'),
      dataTable(
        t('trust.pins'),
        html`<th scope="col">${t('trust.publisher')}</th>
          <th scope="col">${t('trust.signers')}</th>
          <th scope="col">${t('trust.pinned')}</th>
          <th scope="col"><span class="sr">${t('table.actions')}</span></th>`,
        publishers.map((item) => this.publisher(item)),
      ),
      '',
      false,
    )
  }

  protected override render(): TemplateResult {
    return html`<div class="page">
      ${pageHead(t('trust.title'), t('trust.lede'))} ${problemNotice(this.action.problem)}
      ${this.rules.render(
        ({ policy, decisions }) =>
          html`<div class="stack">
            ${this.waiting(decisions)}
            <nx-trust-rules
              .policy=${policy}
              ?editable=${may('users:manage')}
              @trust-rules-saved=${(event: TrustRulesSaved) => this.rules.replace(event.view)}
            ></nx-trust-rules>
          </div>`,
      )}
      ${this.pins.render((trust) => this.pinned(trust))}
    </div>`
  }
}
