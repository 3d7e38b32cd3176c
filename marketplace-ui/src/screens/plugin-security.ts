import type { AdvisoryView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { isAbort, problemOf } from '../client/api-error.ts'
import { call } from '../client/call.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { dataTable, facts, panel } from '../elements/panel.ts'
import { emptyState } from '../elements/states.ts'
import { ago } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { Resource } from '../state/resource.ts'
import { toast } from '../state/toasts.ts'
import { say } from './say-dialog.ts'
import './reviews.css'

const TONES = { low: 'info', moderate: 'warn', high: 'bad', critical: 'bad' } as const

/** One advisory with everything that helps to decide. */
export const advisoryItem = (advisory: AdvisoryView): TemplateResult =>
  html`<li class="stack-s">
    <div class="row wide">
      <span class="badge ${TONES[advisory.severity]}">${t(`advisory.severity.${advisory.severity}`)}</span>
      <strong dir="auto" translate="no">${advisory.title}</strong>
    </div>
    <p class="said" dir="auto" translate="no">${advisory.text}</p>
    ${facts([
      [t('advisory.id'), html`<code translate="no">${[advisory.id, ...advisory.aliases].join(' · ')}</code>`],
      [t('advisory.range'), html`<code class="break" translate="no">${advisory.range}</code>`],
      [
        t('advisory.fixed'),
        advisory.fixedVersion === undefined
          ? t('advisory.fixed.none')
          : html`<code translate="no">${advisory.fixedVersion}</code>`,
      ],
      [t('plugin.published'), ago(advisory.publishedAt)],
    ])}
  </li>`

/** What is known against a plugin, and what its release is made of. */
@customElement('nx-plugin-security')
export class PluginSecurity extends NxElement {
  @property({ attribute: false }) pluginId = ''
  @property({ attribute: false }) version = ''
  private readonly advisories = new Resource(this, {
    args: () => [this.pluginId] as const,
    load: (_, signal) => call('pluginAdvisories', { params: this.params, query: {}, signal }),
  })
  private readonly sbom = new Resource(this, {
    args: () => [this.pluginId, this.version] as const,
    load: async ([, version], signal) => {
      try {
        return { document: await call('pluginSbom', { params: { ...this.params, version }, signal }) }
      } catch (error) {
        if (isAbort(error) || problemOf(error).status !== 404) throw error
        return { document: undefined }
      }
    },
  })

  private get params(): { readonly publisher: string; readonly name: string } {
    const [publisher = '', name = ''] = this.pluginId.split('/')
    return { publisher, name }
  }

  private async report(): Promise<void> {
    const sent = await say({
      title: t('report.plugin'),
      label: t('report.text'),
      action: t('report.send'),
      maxlength: 1000,
      reasons: true,
      send: (text, reason) =>
        call('reportPlugin', { params: this.params, body: { reason, ...(text !== '' && { text }) } }),
    })
    if (sent) toast(t('report.sent'))
  }

  private download(document: object): void {
    const address = URL.createObjectURL(
      new Blob([JSON.stringify(document, undefined, 2)], { type: 'application/vnd.cyclonedx+json' }),
    )
    const link = globalThis.document.createElement('a')
    link.href = address
    link.download = `${this.pluginId.replace('/', '-')}-${this.version}.cdx.json`
    link.click()
    URL.revokeObjectURL(address)
  }

  private parts(): TemplateResult {
    return this.sbom.render(({ document }) => {
      if (document === undefined) {
        return panel(t('sbom.title'), emptyState('layers', t('sbom.none.title'), t('sbom.none.text')))
      }
      const components = document.components ?? []
      return panel(
        t('sbom.title'),
        html`<p class="inner muted">${t('sbom.text', { count: components.length })}</p>
          ${
            components.length === 0
              ? ''
              : dataTable(
                  t('sbom.title'),
                  html`<th scope="col">${t('sbom.component')}</th>
                    <th scope="col">${t('plugin.version')}</th>
                    <th scope="col">${t('sbom.kind')}</th>`,
                  components.map(
                    (part) =>
                      html`<tr translate="no">
                        <td class="break">${part.name}</td>
                        <td><code>${part.version ?? ''}</code></td>
                        <td>${part.type ?? ''}</td>
                      </tr>`,
                  ),
                )
          }`,
        html`<button type="button" class="btn tight" @click=${() => this.download(document)}>
          ${icon('download')}<span>${t('sbom.download')}</span>
        </button>`,
        false,
      )
    })
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      ${this.advisories.render(({ items }) =>
        panel(
          t('advisory.title'),
          items.length === 0
            ? emptyState('verified', t('advisory.none.title'), t('advisory.none.text'))
            : html`<p class="muted small">${t('advisory.count', { count: items.length })}</p>
                <ul class="cases">
                  ${items.map(advisoryItem)}
                </ul>`,
          html`<button type="button" class="btn tight" @click=${() => this.report()}>${t('report.plugin')}</button>`,
        ),
      )}
      ${this.parts()}
    </div>`
  }
}
