import type { InstallationView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { pluginMark } from '../elements/mark.ts'
import { dataTable, pageHead } from '../elements/panel.ts'
import { pluginState } from '../elements/plugin-state.ts'
import { emptyState } from '../elements/states.ts'
import { capabilityStrip } from '../elements/strip.ts'
import { formatNumber } from '../i18n/format.ts'
import { locale } from '../i18n/locale.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { affectedNotice } from './affected-notice.ts'
import { releaseNoticeText } from './installation-parts.ts'

/** The plugins of the workspace: state, version, what they may touch, how much they are used. */
@customElement('nx-installed')
export class Installed extends ScreenElement {
  private readonly list = new Resource(this, {
    args: () => [locale.value.language] as const,
    load: (_, signal) => call('installations', { signal }),
    refreshMs: REFRESH_MS,
  })

  private row(item: InstallationView): TemplateResult {
    return html`<tr>
      <td>
        <div class="row nowrap">
          ${pluginMark(item.pluginId, 28)}
          <div>
            <a href="/installed/${encodeURIComponent(item.id)}" dir="auto" translate="no">${item.displayName}</a>
            <p class="muted small mono" translate="no">${item.label}</p>
          </div>
        </div>
      </td>
      <td>
        ${pluginState(item)}
        ${item.stateReason ? html`<p class="muted small reason" translate="no">${item.stateReason.message}</p>` : ''}
        ${item.notice ? html`<p class="small reason">${releaseNoticeText(item.notice)}</p>` : ''}
      </td>
      <td class="mono" translate="no">${item.version}</td>
      <td>${capabilityStrip(item.strip, false)}</td>
      <td class="right">${formatNumber(item.usage.calls)}</td>
      <td class="right">${formatNumber(item.usage.errors)}</td>
    </tr>`
  }

  private table(items: readonly InstallationView[]): TemplateResult {
    return html`<section class="panel">
      ${dataTable(
        t('installed.title'),
        html`<th scope="col">${t('installed.plugin')}</th>
          <th scope="col">${t('installed.state')}</th>
          <th scope="col">${t('plugin.version')}</th>
          <th scope="col">${t('installed.touches')}</th>
          <th scope="col" class="right">${t('installed.calls')}</th>
          <th scope="col" class="right">${t('installed.errors')}</th>`,
        items.map((item) => this.row(item)),
      )}
    </section>`
  }

  /** A registry that does not answer keeps nobody from the list. */
  private readonly affected = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('affectedInstallations', { signal }),
    refreshMs: REFRESH_MS,
  })

  protected override render(): TemplateResult {
    const browse = may('marketplace:read')
      ? html`<a class="btn primary" href="/marketplace">${t('overview.addPlugin')}</a>`
      : ''
    return html`<div class="page">
      ${pageHead(t('installed.title'), t('installed.lede'), browse)} ${affectedNotice(this.affected.value?.items ?? [])}
      ${this.list.render(({ items }) =>
        items.length > 0
          ? this.table(items)
          : emptyState('plug', t('installed.empty.title'), t('installed.empty.text'), browse),
      )}
    </div>`
  }
}
