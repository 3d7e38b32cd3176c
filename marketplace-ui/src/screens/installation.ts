import type { InstallationDetail } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { go } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { confirmLoss } from '../elements/confirm.ts'
import { icon } from '../elements/icon.ts'
import { pluginMark } from '../elements/mark.ts'
import { notice } from '../elements/notice.ts'
import { pluginState } from '../elements/plugin-state.ts'
import { problemNotice } from '../elements/states.ts'
import { locale } from '../i18n/locale.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { toast } from '../state/toasts.ts'
import './background.ts'
import { affectedNotice } from './affected-notice.ts'
import { impactOf } from './impact.ts'
import { aboutInstallation, grantsTab, releaseNotice, swapNotice, upstreamsTab } from './installation-parts.ts'
import './installation-grants.ts'
import './installation-limits.ts'
import './installation-settings.ts'
import './installation-usage.ts'
import './live-log.ts'
import './plugin-page.css'
import './installation-versions.ts'
import type { ReviewAsked } from './installation-versions.ts'
import { newerRelease, reviewUpdate } from './update-plugin.ts'

const TABS = ['', 'usage', 'limits', 'permissions', 'versions', 'settings', 'log'] as const

/** One installed plugin: its state and why, its upstreams and tools, settings, log, and the way out. */
@customElement('nx-installation')
export class Installation extends ScreenElement {
  private readonly action = new Action(this)
  private readonly affected = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('affectedInstallations', { signal }),
  })
  private readonly item = new Resource(this, {
    args: () => [this.param('id'), locale.value.language] as const,
    load: ([id], signal) => call('installation', { params: { id }, signal }),
    refreshMs: REFRESH_MS,
    wholePage: true,
    onLoad: (item) => (document.title = t('app.documentTitle', { screen: item.displayName })),
  })

  private readonly newer = new Resource(this, {
    args: () => [this.item.value?.id, this.item.value?.version] as const,
    load: async () =>
      this.item.value && may('installations:manage') ? await newerRelease(this.item.value) : undefined,
  })

  private async review(item: InstallationDetail, to: string, back = false): Promise<void> {
    const outcome = await this.action.run(async () => (await reviewUpdate(item, to, back)) ?? 'left')
    if (outcome === undefined || outcome === 'left') return
    this.item.reload()
    this.newer.reload()
    toast(t(`review.done.${outcome}`, { name: item.displayName }))
  }

  private async change(work: () => Promise<InstallationDetail>, done: string): Promise<void> {
    const changed = await this.action.run(work)
    if (!changed) return
    this.item.replace(changed)
    this.requestUpdate()
    toast(done)
  }

  private setEnabled(item: InstallationDetail, enabled: boolean): void {
    const work = (): Promise<InstallationDetail> =>
      call('changeInstallation', { params: { id: item.id }, body: { enabled } })
    void this.change(work, t(enabled ? 'installation.enabled' : 'installation.disabled', { name: item.displayName }))
  }

  private restart(item: InstallationDetail): void {
    const work = (): Promise<InstallationDetail> => call('restartInstallation', { params: { id: item.id } })
    void this.change(work, t('installation.restarted', { name: item.displayName }))
  }

  private release(item: InstallationDetail): void {
    const work = (): Promise<InstallationDetail> => call('releaseInstallation', { params: { id: item.id } })
    void this.change(work, t('installation.released', { name: item.displayName }))
  }

  private async removePlugin(item: InstallationDetail): Promise<void> {
    const servers = may('servers:read') ? await this.action.run(() => call('virtualServers', {})) : { items: [] }
    if (!servers) return
    const impact = impactOf([item.label, ...item.upstreams.map((upstream) => upstream.label)], servers.items)
    const sure = await confirmLoss({
      title: t('remove.title', { name: item.displayName }),
      action: t('action.remove'),
      body: html`<p>${t('remove.text')}</p>
        ${
          impact.length > 0
            ? notice(
                'warn',
                html`<ul>
                  ${impact.map((entry) => html`<li>${t('remove.impact', { server: entry.server, count: entry.tools })}</li>`)}
                </ul>`,
              )
            : html`<p class="muted">${t('remove.noImpact')}</p>`
        }`,
    })
    if (!sure) return
    const removed = await this.action.run(async () => {
      await call('removeInstallation', { params: { id: item.id } })
      return true
    })
    if (!removed) return
    toast(t('remove.done', { name: item.displayName }))
    go('/installed')
  }

  private actions(item: InstallationDetail): TemplateResult | '' {
    if (!may('installations:manage')) return ''
    const { busy } = this.action
    const newer = this.newer.value
    return html`<div class="row actions">
      ${
        newer
          ? html`<button type="button" class="btn primary" ?disabled=${busy} @click=${() => this.review(item, newer)}>
              ${icon('up')}<span>${t('review.open', { version: newer })}</span>
            </button>`
          : ''
      }
      ${
        item.enabled
          ? html`<button type="button" class="btn" ?disabled=${busy} @click=${() => this.restart(item)}>
              ${icon('refresh')}<span>${t('action.restart')}</span>
            </button>`
          : ''
      }
      <button
        type="button"
        class="btn ${item.enabled ? '' : 'primary'}"
        ?disabled=${busy}
        @click=${() => this.setEnabled(item, !item.enabled)}
      >
        ${icon('power')}<span>${t(item.enabled ? 'action.disable' : 'action.enable')}</span>
      </button>
      <button type="button" class="btn danger" ?disabled=${busy} @click=${() => this.removePlugin(item)}>
        ${icon('trash')}<span>${t('action.remove')}</span>
      </button>
    </div>`
  }

  private head(item: InstallationDetail): TemplateResult {
    return html`<div class="plugin-head">
      ${pluginMark(item.pluginId, 72)}
      <div>
        <h1 tabindex="-1" dir="auto" translate="no">${item.displayName}</h1>
        <div class="row wide muted small">
          ${pluginState(item)}
          <a href="/marketplace/${item.pluginId}"><code translate="no">${item.pluginId}</code></a>
          <span>${t(`kind.${item.kind}`)}</span>
        </div>
        <p class="about" dir="auto" translate="no">${item.description}</p>
      </div>
      ${this.actions(item)}
    </div>`
  }

  private releaseButton(item: InstallationDetail): TemplateResult {
    return html`<p>
      <button type="button" class="btn tight" ?disabled=${this.action.busy} @click=${() => this.release(item)}>
        ${icon('play')}<span>${t('installation.release')}</span>
      </button>
    </p>`
  }

  private tab(item: InstallationDetail): TemplateResult {
    switch (this.param('tab')) {
      case 'usage':
        return html`<nx-installation-usage
          .installation=${item.id}
          .range=${this.query('range')}
        ></nx-installation-usage>`
      case 'limits':
        return html`<nx-installation-limits
          .installation=${item.id}
          .plugin=${item.displayName}
        ></nx-installation-limits>`
      case 'permissions':
        return html`<div class="stack">
          ${grantsTab(item)}
          <nx-installation-grants .installation=${item.id} .plugin=${item.displayName}></nx-installation-grants>
        </div>`
      case 'versions':
        return html`<nx-installation-versions
          .item=${item}
          @review-asked=${({ to, back }: ReviewAsked) => this.review(item, to, back)}
        ></nx-installation-versions>`
      case 'settings':
        return html`<nx-installation-settings
          .item=${item}
          @saved=${(event: CustomEvent<InstallationDetail>) => this.item.replace(event.detail)}
        ></nx-installation-settings>`
      case 'log':
        return html`<nx-live-log .installationId=${item.id}></nx-live-log>`
      default:
        return html`<div class="stack">
          ${upstreamsTab(item)}
          ${item.strip.events === 'none' && item.strip.schedules === 'none' ? '' : html`<nx-background .installationId=${item.id}></nx-background>`}
        </div>`
    }
  }

  private show(item: InstallationDetail): TemplateResult {
    const base = `/installed/${encodeURIComponent(item.id)}`
    const tabs = TABS.filter((tab) => tab !== 'settings' || may('installations:manage'))
    const reason = item.stateReason
    return html`${this.head(item)} ${problemNotice(this.action.problem)} ${swapNotice(item)} ${releaseNotice(item)}
      ${affectedNotice(this.affected.value?.items.filter(({ installationId }) => installationId === item.id) ?? [])}
      ${
        reason
          ? notice(
              'bad',
              html`<strong>${t('installation.reason')}</strong><span translate="no">${reason.message}</span
                ><code class="small" translate="no">${reason.code}</code>
                ${item.state === 'quarantined' && may('installations:manage') ? this.releaseButton(item) : ''}`,
            )
          : ''
      }
      <div class="with-aside">
        <div class="stack">
          <nav class="tabs" aria-label=${t('plugin.tabs')}>
            ${tabs.map(
              (tab) =>
                html`<a href="${base}${tab && `/${tab}`}" aria-current=${this.param('tab') === tab ? 'page' : 'false'}
                  >${t(`installation.tab.${tab === '' ? 'tools' : tab}`)}</a
                >`,
            )}
          </nav>
          ${this.tab(item)}
        </div>
        ${aboutInstallation(item)}
      </div>`
  }

  protected override render(): TemplateResult {
    return html`<div class="page">${this.item.render((item) => this.show(item), 12)}</div>`
  }
}
