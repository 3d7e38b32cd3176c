import type { BootEntry, Diagnosis } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { icon } from '../elements/icon.ts'
import { checkField } from '../elements/field.ts'
import { dataTable, pageHead, panel } from '../elements/panel.ts'
import { pluginState, stateDot } from '../elements/plugin-state.ts'
import { problemNotice } from '../elements/states.ts'
import { formatMilliseconds } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Action } from '../state/action.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { usageOfAll } from './health-usage.ts'

const tones = { ok: 'ok', warning: 'warn', failed: 'bad' } as const

/** What the host finds wrong with itself and how to mend it, and how long each plugin took to start. */
@customElement('nx-health')
export class Health extends ScreenElement {
  private readonly doctor = new Resource(this, { args: () => [], load: (_, signal) => call('doctor', { signal }) })
  private readonly usage = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('usageSummaries', { signal }),
    refreshMs: REFRESH_MS,
  })
  private readonly settings = new Resource(this, {
    args: () => [],
    load: (_, signal) => call('marketplaceSettings', { signal }),
  })
  private readonly action = new Action(this)
  private readonly boot = new Resource(this, { args: () => [], load: (_, signal) => call('boot', { signal }) })

  private check(item: Diagnosis): TemplateResult {
    return html`<tr>
      <td>
        <span class="state">${stateDot(tones[item.state])}<span>${t(`health.state.${item.state}`)}</span></span>
      </td>
      <td translate="no">${item.name}</td>
      <td class="break" translate="no">
        ${item.found} ${item.mend ? html`<p class="muted small">${item.mend}</p>` : ''}
      </td>
    </tr>`
  }

  private start(entry: BootEntry): TemplateResult {
    return html`<tr>
      <td>
        <a href="/installed/${encodeURIComponent(entry.installationId)}"
          ><code translate="no">${entry.pluginId}</code></a
        >
      </td>
      <td>${pluginState({ state: entry.state, enabled: true })}</td>
      <td class="right" translate="no">${formatMilliseconds(entry.milliseconds)}</td>
    </tr>`
  }

  private async count(statistics: boolean): Promise<void> {
    const changed = await this.action.run(() => call('changeMarketplaceSettings', { body: { statistics } }))
    if (changed) this.settings.replace(changed)
    this.requestUpdate()
  }

  private statistics(): TemplateResult {
    return this.settings.render(({ statistics }) =>
      panel(
        t('statistics.setting'),
        html`${problemNotice(this.action.problem)}
          <p class="muted">${t('statistics.setting.text')}</p>
          ${
            may('users:manage')
              ? checkField(t('statistics.setting.on'), statistics, (on) => void this.count(on), { id: 'statistics-on' })
              : ''
          }`,
      ),
    )
  }

  protected override render(): TemplateResult {
    const again = html`<button
      type="button"
      class="btn"
      @click=${() => {
        this.doctor.reload()
        this.boot.reload()
        this.usage.reload()
      }}
    >
      ${icon('refresh')}<span>${t('health.again')}</span>
    </button>`
    return html`<div class="page">
      ${pageHead(t('health.title'), t('health.lede'), again)}
      ${this.doctor.render(({ items }) =>
        panel(
          t('health.checks'),
          dataTable(
            t('health.checks'),
            html`<th scope="col">${t('installed.state')}</th>
              <th scope="col">${t('health.check')}</th>
              <th scope="col">${t('health.found')}</th>`,
            items.map((item) => this.check(item)),
          ),
          '',
          false,
        ),
      )}
      ${this.usage.render(({ items }) => usageOfAll(items))} ${this.statistics()}
      ${this.boot.render(({ items }) =>
        panel(
          t('health.boot'),
          items.length === 0
            ? html`<p class="inner muted">${t('health.boot.none')}</p>`
            : dataTable(
                t('health.boot'),
                html`<th scope="col">${t('installed.plugin')}</th>
                  <th scope="col">${t('installed.state')}</th>
                  <th scope="col" class="right">${t('health.took')}</th>`,
                items.map((entry) => this.start(entry)),
              ),
          '',
          false,
        ),
      )}
    </div>`
  }
}
