import type { InstallationDetail, UpdateOfferView, UpdatesView, VersionChangeView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { icon } from '../elements/icon.ts'
import { notice } from '../elements/notice.ts'
import { NxElement } from '../elements/nx-element.ts'
import { dataTable, facts, panel } from '../elements/panel.ts'
import { problemNotice } from '../elements/states.ts'
import { ago, formatMoment, moment } from '../i18n/format.ts'
import { isMessageKey, t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import './update-review.css'
import './update-settings-form.ts'
import type { UpdateSettingsSaved } from './update-settings-form.ts'

/** Asks the page to open a review; bubbles. */
export class ReviewAsked extends Event {
  readonly to: string
  readonly back: boolean

  constructor(to: string, back: boolean) {
    super('review-asked', { bubbles: true })
    this.to = to
    this.back = back
  }
}

const tones = { probation: 'brand-tone', kept: 'ok', 'rolled-back': 'warn', failed: 'bad' } as const

/** What an offer waits for, in words. */
export function offerReasons({ reasons }: UpdateOfferView): string {
  return reasons
    .map((code) => {
      const key = `versions.reason.${code}`
      return isMessageKey(key) ? t(key) : code
    })
    .join(' ')
}

/** The versions of an installation: what waits, how it comes by updates, what was, and the way back. */
@customElement('nx-installation-versions')
export class InstallationVersions extends NxElement {
  @property({ attribute: false }) item: InstallationDetail | undefined
  private readonly action = new Action(this)
  private readonly view = new Resource(this, {
    args: () => [this.item?.id ?? '', this.item?.version] as const,
    load: ([id], signal) => call('installationUpdates', { params: { id }, signal }),
    refreshMs: REFRESH_MS,
  })

  private async pin(pinned: boolean): Promise<void> {
    const { item } = this
    if (!item) return
    const params = { id: item.id }
    const saved = await this.action.run(() => call('changeUpdateSetting', { params, body: { pinned } }))
    if (!saved) return
    this.view.replace(saved)
    toast(t(pinned ? 'versions.pinned' : 'versions.unpinned', { version: saved.version }))
  }

  private ask(to: string, back: boolean): void {
    this.dispatchEvent(new ReviewAsked(to, back))
  }

  private offer(offer: UpdateOfferView): TemplateResult {
    const { version, state: stands, approvedBy, notBefore, problem } = offer
    const declined = stands === 'declined'
    return notice(
      declined ? 'info' : 'warn',
      html`<strong>${t(`versions.offer.${stands}`, { version })}</strong>
        ${offer.reasons.length === 0 ? '' : html`<span>${offerReasons(offer)}</span>`}
        ${approvedBy === undefined ? '' : html`<span>${t('versions.approvedBy', { name: approvedBy })}</span>`}
        ${notBefore === undefined ? '' : html`<span>${t('versions.notBefore', { time: formatMoment(notBefore) })}</span>`}
        ${problem === undefined ? '' : html`<span translate="no">${problem}</span>`}
        ${
          may('installations:manage')
            ? html`<p>
                <button type="button" class="btn tight" @click=${() => this.ask(version, false)}>
                  ${t('versions.review')}
                </button>
              </p>`
            : ''
        }`,
    )
  }

  private present(view: UpdatesView): TemplateResult {
    const { setting, channels } = view
    const known = Object.entries(channels)
    return panel(
      t('versions.present'),
      html`<div class="stack">
        ${view.offer === undefined ? '' : this.offer(view.offer)}
        ${facts([
          [
            t('plugin.version'),
            html`<span class="mono" translate="no">${view.version}</span>
              ${setting.pinned ? html`<span class="badge brand-tone">${t('versions.isPinned')}</span>` : ''}`,
          ],
          [t('versions.mode'), t(`versions.mode.${setting.mode}`)],
          ...(known.length === 0
            ? []
            : [
                [
                  t('versions.channels'),
                  html`<span class="chips"
                    >${known.map(([name, version]) => html`<code class="chip" translate="no">${name} ${version}</code>`)}</span
                  >`,
                ] as const,
              ]),
          ...(setting.checkedAt === undefined ? [] : [[t('versions.checked'), ago(setting.checkedAt)] as const]),
        ])}
        ${
          may('installations:manage')
            ? html`<div class="row">
                <button
                  type="button"
                  class="btn"
                  ?disabled=${this.action.busy}
                  @click=${() => this.pin(!setting.pinned)}
                >
                  ${icon(setting.pinned ? 'play' : 'pause')}<span
                    >${t(setting.pinned ? 'versions.unpin' : 'versions.pin')}</span
                  >
                </button>
              </div>`
            : ''
        }
      </div>`,
    )
  }

  private row(change: VersionChangeView, kept: ReadonlySet<string>, first: ReadonlySet<string>): TemplateResult {
    const { id, version, fromVersion, origin, by, at, outcome, reason } = change
    const canGoBack = kept.has(version) && first.has(id) && may('installations:manage')
    return html`<tr>
      <td>${moment(at)}</td>
      <td class="mono" translate="no">${fromVersion === undefined ? '' : `${fromVersion} → `}${version}</td>
      <td>${t(`versions.origin.${origin}`)}</td>
      <td translate="no">${by}</td>
      <td>
        <span class="badge ${tones[outcome]}">${t(`versions.outcome.${outcome}`)}</span>
        ${reason === undefined ? '' : html`<p class="muted small" translate="no">${reason.message}</p>`}
      </td>
      <td>
        ${
          canGoBack
            ? html`<button type="button" class="btn tight" @click=${() => this.ask(version, true)}>
                ${t('versions.back')}<span class="sr" translate="no"> ${version}</span>
              </button>`
            : ''
        }
      </td>
    </tr>`
  }

  private history({ history, kept }: UpdatesView): TemplateResult {
    const ways = new Set(kept)
    const first = new Set(kept.flatMap((version) => history.find((change) => change.version === version)?.id ?? []))
    return panel(
      t('versions.history'),
      history.length === 0
        ? html`<p class="inner muted">${t('versions.history.none')}</p>`
        : html`<div class="history">
            ${dataTable(
              t('versions.history'),
              html`<th scope="col">${t('versions.when')}</th>
                <th scope="col">${t('plugin.version')}</th>
                <th scope="col">${t('versions.why')}</th>
                <th scope="col">${t('versions.who')}</th>
                <th scope="col">${t('versions.outcome')}</th>
                <th scope="col"><span class="sr">${t('versions.back')}</span></th>`,
              history.map((change) => this.row(change, ways, first)),
            )}
          </div>`,
      '',
      false,
    )
  }

  protected override render(): TemplateResult {
    return html`${problemNotice(this.action.problem)}
    ${this.view.render(
      (view) =>
        html`<div class="stack">
          ${this.present(view)}
          ${
            may('installations:manage')
              ? html`<nx-update-settings
                  .installationId=${this.item?.id ?? ''}
                  .view=${view}
                  @update-settings-saved=${(event: UpdateSettingsSaved) => this.view.replace(event.view)}
                ></nx-update-settings>`
              : ''
          }
          ${this.history(view)}
        </div>`,
    )}`
  }
}

declare global {
  interface HTMLElementEventMap {
    'review-asked': ReviewAsked
  }
}
