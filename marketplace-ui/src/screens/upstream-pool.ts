import type { UpstreamPoolView, UpstreamView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { NxElement } from '../elements/nx-element.ts'
import { dataTable, facts } from '../elements/panel.ts'
import { upstreamState } from '../elements/plugin-state.ts'
import { problemNotice } from '../elements/states.ts'
import { formatNumber, moment } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Action } from '../state/action.ts'
import { may } from '../state/session.ts'

type Replica = UpstreamPoolView['replicas'][number]

const breakerTone = { closed: 'ok', 'half-open': 'warn', open: 'bad' } as const

/** The servers behind one upstream: how each does, and the ways to take one out of use or start anew. */
@customElement('nx-upstream-pool')
export class UpstreamPool extends NxElement {
  @property() label = ''
  @property({ attribute: false }) pool: UpstreamPoolView | undefined
  private readonly action = new Action(this)

  protected override render(): unknown {
    if (this.pool === undefined) return ''
    const { replicas, queued, maxQueued, maxConcurrent, busy, refused, repeated, reconnects } = this.pool
    return html`<div class="stack-s">
      ${facts([
        [t('pool.waiting'), html`<span translate="no">${formatNumber(queued)} / ${formatNumber(maxQueued)}</span>`],
        [t('pool.refused'), formatNumber(busy + refused)],
        [t('pool.repeated'), formatNumber(repeated)],
        [t('pool.reconnects'), formatNumber(reconnects)],
      ])}
      ${problemNotice(this.action.problem)}
      ${dataTable(
        t('pool.replicas'),
        html`<th scope="col">${t('pool.replica')}</th>
          <th scope="col">${t('pool.state')}</th>
          <th scope="col">${t('pool.breaker')}</th>
          <th scope="col" class="num">${t('pool.calls')}</th>
          <th scope="col"><span class="sr">${t('table.actions')}</span></th>`,
        replicas.map((replica) => this.row(replica, maxConcurrent)),
      )}
      ${
        may('servers:manage')
          ? html`<div class="row">
              <button type="button" class="btn" ?disabled=${this.action.busy} @click=${() => this.restart()}>
                ${t('pool.restart')}
              </button>
            </div>`
          : ''
      }
    </div>`
  }

  private row(replica: Replica, most: number): TemplateResult {
    const { name, address, breaker, retryAt, draining, outstanding, lastError } = replica
    return html`<tr>
      <td>
        <span class="mono" translate="no">${name}</span>
        ${address === undefined ? '' : html`<div class="muted small mono" translate="no">${address}</div>`}
        ${lastError === undefined ? '' : html`<code class="small" translate="no">${lastError.code}</code>`}
      </td>
      <td>${upstreamState(replica)} ${draining ? html`<span class="badge warn">${t('pool.draining')}</span>` : ''}</td>
      <td>
        <span class="badge ${breakerTone[breaker]}">${t(`pool.breaker.${breaker}`)}</span>
        ${retryAt === undefined ? '' : html`<span class="muted small">${moment(retryAt)}</span>`}
      </td>
      <td class="num" translate="no">${formatNumber(outstanding)} / ${formatNumber(most)}</td>
      <td class="fit">${may('servers:manage') ? this.toggle(name, draining) : ''}</td>
    </tr>`
  }

  private toggle(replica: string, draining: boolean): TemplateResult {
    return html`<button
      type="button"
      class="btn small"
      ?disabled=${this.action.busy}
      @click=${() => this.act(() => call(draining ? 'resumeReplica' : 'drainReplica', { params: { label: this.label, replica } }))}
    >
      ${t(draining ? 'pool.resume' : 'pool.drain')}
    </button>`
  }

  private restart(): Promise<void> {
    return this.act(() => call('restartUpstream', { params: { label: this.label } }))
  }

  private async act(work: () => Promise<UpstreamView>): Promise<void> {
    const view = await this.action.run(work)
    if (view?.pool !== undefined) this.pool = view.pool
  }
}
