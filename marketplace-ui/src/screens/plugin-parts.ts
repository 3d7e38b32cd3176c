import type { MarketplacePlugin, TrustView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { copyLine } from '../elements/copy-button.ts'
import { provenanceChain, chainBadge } from '../elements/chain.ts'
import { notice } from '../elements/notice.ts'
import { dataTable, facts, panel } from '../elements/panel.ts'
import { permissionList } from '../elements/permissions.ts'
import { emptyState } from '../elements/states.ts'
import { capabilityStrip } from '../elements/strip.ts'
import { toolList } from '../elements/tools-list.ts'
import { ago, day, formatBytes, formatMilliseconds, formatNumber } from '../i18n/format.ts'
import { isMessageKey, t } from '../i18n/translate.ts'

const outside = (address: string): TemplateResult =>
  html`<a href=${address} rel="noreferrer noopener" target="_blank" class="break" translate="no"
    >${address.replace(/^https?:\/\//, '')}</a
  >`

const link = (name: string, address: string | undefined): readonly (readonly [string, unknown])[] =>
  address?.startsWith('https://') ? [[name, outside(address)]] : []

/** The facts beside every tab. */
export function aboutVersion(plugin: MarketplacePlugin): TemplateResult {
  return panel(
    t('plugin.about'),
    facts([
      [t('plugin.version'), html`<span class="mono" translate="no">${plugin.version}</span>`],
      [t('plugin.published'), ago(plugin.publishedAt)],
      [t('plugin.license'), html`<span translate="no">${plugin.license}</span>`],
      [t('plugin.size'), html`<span translate="no">${formatBytes(plugin.sizeBytes)}</span>`],
      [t('plugin.downloads'), formatNumber(plugin.downloads)],
      [
        t('plugin.sandbox'),
        html`<span class="mono" translate="no">${plugin.sandbox.tier} · ${plugin.sandbox.profile}</span>${
            plugin.sandbox.tier === 'worker' ? html`<p class="small">${t('sandbox.notBoundary')}</p>` : ''
          }`,
      ],
      [
        t('plugin.memory'),
        html`<span translate="no">${formatNumber(plugin.sandbox.memoryMb, { style: 'unit', unit: 'megabyte' })}</span>`,
      ],
      [t('plugin.perCall'), html`<span translate="no">${formatMilliseconds(plugin.sandbox.wallMsPerCall)}</span>`],
      ...link(t('plugin.homepage'), plugin.homepage),
      ...link(t('plugin.repository'), plugin.repository),
    ]),
  )
}

function stateWord(state: string): string {
  const key = `plugin.state.${state}`
  return isMessageKey(key) ? t(key) : state
}

/** Every installation of the plugin in this workspace, with the way to its page. */
export const installationsOf = (plugin: MarketplacePlugin): TemplateResult =>
  panel(
    t('plugin.installations', { count: plugin.installations.length }),
    html`<ul class="stack-s">
      ${plugin.installations.map(
        ({ id, label, version, state }) =>
          html`<li class="row wide">
            <a href="/installed/${encodeURIComponent(id)}" translate="no">${label}</a>
            <span class="mono small" translate="no">${version}</span>
            <span class="muted small">${stateWord(state)}</span>
          </li>`,
      )}
    </ul>`,
  )

export const permissionsTab = (plugin: MarketplacePlugin): TemplateResult =>
  panel(
    t('plugin.touches'),
    html`<p class="muted">${t('plugin.touches.text')}</p>
      ${permissionList(plugin.permissions)}`,
    capabilityStrip(plugin.strip, false),
  )

function keyList(keys: readonly { readonly keyId: string; readonly publicKey: string }[]): TemplateResult {
  return html`<ul class="keys">
    ${keys.map(
      (key) =>
        html`<li>
          <span class="muted small">${t('trust.keyId')}</span>
          ${copyLine(key.keyId, t('trust.keyId'))}
          <details>
            <summary>${t('trust.publicKey')}<span class="sr" translate="no"> ${key.keyId}</span></summary>
            ${copyLine(key.publicKey, t('trust.publicKey'))}
          </details>
        </li>`,
    )}
  </ul>`
}

/** Downloads the bundle by its digest and prints what it hashes to. */
function verifyCommand(registryUrl: string, digest: string): string {
  const [algorithm = 'sha256'] = digest.split(':')
  const base = registryUrl.replace(/\/$/, '')
  return `curl -fsS ${base}/api/v1/blobs/${digest} | openssl dgst -${algorithm}`
}

/** The chain as this host checked it, and the keys it believes. */
export function signatureTab(plugin: MarketplacePlugin, trust: TrustView | undefined): TemplateResult {
  const publisher = trust?.publishers.find((item) => item.id === plugin.publisher.id)
  return html`<div class="stack">
    ${panel(
      t('plugin.origin'),
      html`<div class="stack">
        <p class="muted">${t('plugin.origin.text')}</p>
        ${provenanceChain(plugin.chain)}
      </div>`,
      chainBadge(plugin.chain),
    )}
    ${panel(
      t('plugin.digest'),
      html`<div class="stack-s">
        <p class="muted">${t('plugin.digest.text')}</p>
        ${copyLine(plugin.bundleDigest, t('plugin.digest'))}
        <p class="muted">${t('plugin.verify.text')}</p>
        ${trust ? copyLine(verifyCommand(trust.registryUrl, plugin.bundleDigest), t('plugin.verify.copy')) : ''}
        <p class="muted">${t('plugin.verify.host')}</p>
        ${copyLine(`nexus verify ${plugin.pluginId}@${plugin.version}`, t('plugin.verify.copy'))}
      </div>`,
    )}
    ${
      trust
        ? panel(
            t('trust.publisherKeys'),
            publisher
              ? html`<p class="muted small">${t('trust.pinned')} ${day(publisher.pinnedAt)}</p>
                  ${keyList(publisher.keys)}`
              : notice('info', t('trust.notPinned')),
          )
        : ''
    }
    ${trust ? panel(t('trust.registryKeys'), keyList(trust.registryKeys), html`<code class="small break" translate="no">${trust.registryUrl}</code>`) : ''}
  </div>`
}

export const versionsTab = (plugin: MarketplacePlugin): TemplateResult =>
  panel(
    t('plugin.tab.versions'),
    dataTable(
      t('plugin.tab.versions'),
      html`<th scope="col">${t('plugin.version')}</th>
        <th scope="col">${t('plugin.published')}</th>
        <th scope="col">${t('plugin.versionState')}</th>`,
      plugin.versions.map(
        (item) =>
          html`<tr>
            <td>
              <a class="mono" translate="no" href="/marketplace/${plugin.pluginId}?version=${item.version}"
                >${item.version}</a
              >
            </td>
            <td>${day(item.publishedAt)}</td>
            <td>
              ${
                item.yanked
                  ? html`<span class="badge warn">${t('plugin.yanked')}</span>`
                  : item.version === plugin.version
                    ? html`<span class="badge brand-tone">${t('plugin.shown')}</span>`
                    : html`<span class="muted">${t('plugin.available')}</span>`
              }
            </td>
          </tr>`,
      ),
    ),
    '',
    false,
  )

export function toolsTab(plugin: MarketplacePlugin): TemplateResult {
  const dynamic = plugin.toolsDynamic ? notice('info', t('plugin.toolsDynamic')) : ''
  if (plugin.tools.length === 0 && !plugin.toolsDynamic && plugin.contributions.length === 0) {
    return panel(t('plugin.tab.tools'), emptyState('tools', t('plugin.noTools.title'), t('plugin.noTools.text')))
  }
  return html`<div class="stack">
    ${dynamic} ${plugin.tools.length > 0 ? panel(t('plugin.tab.tools'), toolList(plugin.tools)) : ''}
    ${contributions(plugin)}
  </div>`
}

export const contributions = (plugin: MarketplacePlugin): TemplateResult | '' =>
  plugin.contributions.length === 0
    ? ''
    : panel(
        t('plugin.contributions'),
        facts(
          plugin.contributions.map(
            (item) => [item.point, html`<span dir="auto" translate="no">${item.title || item.name}</span>`] as const,
          ),
        ),
      )
