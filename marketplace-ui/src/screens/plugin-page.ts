import type { MarketplacePlugin } from '@nexus/runtime/contract'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { setQuery } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { icon } from '../elements/icon.ts'
import { pluginMark } from '../elements/mark.ts'
import { notice } from '../elements/notice.ts'
import { panel } from '../elements/panel.ts'
import { emptyState } from '../elements/states.ts'
import { locale } from '../i18n/locale.ts'
import { t } from '../i18n/translate.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import './plugin-page.css'
import './plugin-reviews.ts'
import './plugin-security.ts'
import './plugin-statistics.ts'
import { aboutVersion, installationsOf, permissionsTab, signatureTab, toolsTab, versionsTab } from './plugin-parts.ts'
import { readme } from './readme.ts'

const TABS = ['', 'permissions', 'signature', 'versions', 'tools', 'reviews', 'security', 'statistics'] as const

/** Everything about one plugin. Each tab has its own address. */
@customElement('nx-plugin-page')
export class PluginPage extends ScreenElement {
  #dialogOpen = false
  private readonly plugin = new Resource(this, {
    args: () => [this.param('publisher'), this.param('name'), this.query('version'), locale.value.language] as const,
    load: ([publisher, name, version, language], signal) =>
      call('marketplacePlugin', { params: { publisher, name }, query: { version, language }, signal }),
    wholePage: true,
    onLoad: (plugin) => (document.title = t('app.documentTitle', { screen: plugin.displayName })),
  })
  private readonly known = new Resource(this, {
    args: () => [this.param('publisher'), this.param('name'), this.plugin.value?.version] as const,
    load: ([publisher, name, version], signal) =>
      version === undefined
        ? Promise.resolve({ items: [] })
        : call('pluginAdvisories', { params: { publisher, name }, query: { version }, signal }),
  })
  private readonly trust = new Resource(this, {
    args: () => [this.param('tab') === 'signature'] as const,
    load: ([wanted], signal) => (wanted ? call('trust', { signal }) : Promise.resolve(undefined)),
  })

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    // `?install` and `?job=…` reopen the dialog after a reload or from a card.
    const wanted = new URLSearchParams(location.search)
    if (this.plugin.value && !this.#dialogOpen && (wanted.has('install') || wanted.has('job')))
      void this.openInstall(this.plugin.value)
  }

  private async openInstall(plugin: MarketplacePlugin): Promise<void> {
    if (this.#dialogOpen || !may('installations:manage')) return
    this.#dialogOpen = true
    const { InstallDialog } = await import('./install-dialog.ts')
    const dialog = new InstallDialog()
    dialog.plugin = plugin
    dialog.jobId = this.query('job')
    await dialog.show()
    setQuery({ install: undefined, job: undefined })
    this.#dialogOpen = false
    this.plugin.reload()
  }

  private affected(plugin: MarketplacePlugin): TemplateResult | '' {
    const first = this.known.value?.items[0]
    if (!first) return ''
    return notice(
      'bad',
      html`${t('plugin.affected', { title: first.title })}
        <a href="/marketplace/${plugin.pluginId}/security">${t('plugin.affected.more')}</a>`,
    )
  }

  private action(plugin: MarketplacePlugin): unknown {
    const [only, ...more] = plugin.installations
    // Several are listed on the page, each with its own way there.
    const manage =
      only === undefined || more.length > 0
        ? ''
        : html`<a
            class="btn ${only.version === plugin.version ? 'primary' : ''}"
            href="/installed/${encodeURIComponent(only.id)}"
            >${t('plugin.manage')}</a
          >`
    // An adapter is installed once for each server behind it.
    const again = only !== undefined
    if (!may('installations:manage') || (again && plugin.kind !== 'mcp-adapter')) return manage
    return html`<button
        type="button"
        class="btn ${again ? '' : 'primary'}"
        ?disabled=${!plugin.verified}
        @click=${() => this.openInstall(plugin)}
      >
        ${icon(again ? 'plus' : 'download')}<span>${t(again ? 'plugin.another' : 'action.install')}</span>
      </button>
      ${manage}`
  }

  private head(plugin: MarketplacePlugin): TemplateResult {
    return html`<div class="plugin-head">
      ${pluginMark(plugin.pluginId, 72)}
      <div>
        <h1 tabindex="-1" dir="auto" translate="no">${plugin.displayName}</h1>
        <div class="row wide muted small">
          <span class="row tightly"
            ><span dir="auto" translate="no">${plugin.publisher.displayName}</span>${
              plugin.publisher.trusted
                ? html`<span class="trusted" title=${t('market.trusted')}
                    >${icon('verified')}<span class="sr">${t('market.trusted')}</span></span
                  >`
                : ''
            }</span
          >
          <code translate="no">${plugin.pluginId}</code>
          <span>${t(`kind.${plugin.kind}`)}</span>
        </div>
        <p class="about" dir="auto" translate="no">${plugin.description}</p>
      </div>
      <div class="row actions">${this.action(plugin)}</div>
    </div>`
  }

  private tabs(plugin: MarketplacePlugin): TemplateResult {
    const base = `/marketplace/${plugin.pluginId}`
    const query = this.query('version') ? `?version=${encodeURIComponent(this.query('version'))}` : ''
    return html`<nav class="tabs" aria-label=${t('plugin.tabs')}>
      ${TABS.map(
        (tab) =>
          html`<a href="${base}${tab && `/${tab}`}${query}" aria-current=${this.param('tab') === tab ? 'page' : 'false'}
            >${t(`plugin.tab.${tab === '' ? 'readme' : tab}`)}</a
          >`,
      )}
    </nav>`
  }

  private tab(plugin: MarketplacePlugin): TemplateResult {
    switch (this.param('tab')) {
      case 'permissions':
        return permissionsTab(plugin)
      case 'signature':
        return signatureTab(plugin, this.trust.value)
      case 'versions':
        return versionsTab(plugin)
      case 'tools':
        return toolsTab(plugin)
      case 'reviews':
        return html`<nx-plugin-reviews .pluginId=${plugin.pluginId}></nx-plugin-reviews>`
      case 'security':
        return html`<nx-plugin-security .pluginId=${plugin.pluginId} .version=${plugin.version}></nx-plugin-security>`
      case 'statistics':
        return html`<nx-plugin-statistics .pluginId=${plugin.pluginId}></nx-plugin-statistics>`
      default:
        return panel(
          t('plugin.readme'),
          plugin.readmeHtml
            ? readme(plugin.readmeHtml)
            : emptyState('audit', t('plugin.noReadme.title'), t('plugin.noReadme.text')),
        )
    }
  }

  private show(plugin: MarketplacePlugin): TemplateResult {
    const latest = plugin.versions.find((item) => !item.yanked)?.version
    return html`${this.head(plugin)} ${plugin.verified ? '' : notice('bad', t('plugin.notVerified'), 'alert')}
      ${this.affected(plugin)}
      ${latest && latest !== plugin.version ? notice('info', t('plugin.notLatest', { version: plugin.version, latest })) : ''}
      <div class="with-aside">
        <div class="stack">
          ${plugin.installations.length > 1 ? installationsOf(plugin) : ''} ${this.tabs(plugin)} ${this.tab(plugin)}
        </div>
        ${aboutVersion(plugin)}
      </div>`
  }

  protected override render(): TemplateResult {
    return html`<div class="page">${this.plugin.render((plugin) => this.show(plugin), 12)}</div>`
  }
}
