import type { MarketplaceItem, MarketplaceQuery } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { setQuery } from '../app/router.ts'
import { ScreenElement } from '../app/screen-element.ts'
import { call } from '../client/call.ts'
import { selectField } from '../elements/field.ts'
import { icon } from '../elements/icon.ts'
import { pluginMark } from '../elements/mark.ts'
import { pageHead } from '../elements/panel.ts'
import { emptyState } from '../elements/states.ts'
import { capabilityStrip } from '../elements/strip.ts'
import { ago, formatCompact } from '../i18n/format.ts'
import { locale } from '../i18n/locale.ts'
import { t } from '../i18n/translate.ts'
import { TYPING_PAUSE_MS } from '../limits.ts'
import { Resource } from '../state/resource.ts'
import { may } from '../state/session.ts'
import { marketFacets } from './market-facets.ts'
import { applyFilter, readFilter, type MarketFilter } from './market-filter.ts'
import './marketplace.css'
import { place } from '../app/router.ts'

const SORTS = ['relevance', 'newest', 'name', 'downloads'] as const

function readSort(value: string): NonNullable<MarketplaceQuery['sort']> {
  return SORTS.find((sort) => sort === value) ?? 'relevance'
}

/** Search the registry. Search, facets and order live in the URL. */
@customElement('nx-marketplace')
export class Marketplace extends ScreenElement {
  @state() private facetsOpen = false
  #typing: ReturnType<typeof setTimeout> | undefined
  private readonly found = new Resource(this, {
    args: () => [this.query('q'), readSort(this.query('sort')), locale.value.language] as const,
    load: ([q, sort, language], signal) => call('marketplace', { query: { q, sort, language }, signal }),
    keepWhileLoading: true,
  })

  private search(event: Event): void {
    const { target } = event
    if (!(target instanceof HTMLInputElement)) return
    clearTimeout(this.#typing)
    this.#typing = setTimeout(() => setQuery({ q: target.value.trim() }), TYPING_PAUSE_MS)
  }

  private card(item: MarketplaceItem): TemplateResult {
    const href = `/marketplace/${item.pluginId}`
    const action = item.installation
      ? html`<a class="badge ok" href="/installed/${encodeURIComponent(item.installation.id)}"
          >${t('market.installed')}</a
        >`
      : may('installations:manage')
        ? html`<a class="btn primary tight" href="${href}?install"
            >${t('action.install')}<span class="sr" translate="no"> ${item.displayName}</span></a
          >`
        : ''
    return html`<li class="card">
      <div class="card-head">
        ${pluginMark(item.pluginId)}
        <div>
          <h2><a href=${href} dir="auto" translate="no">${item.displayName}</a></h2>
          <p class="muted small by">
            <span dir="auto" translate="no">${item.publisher.displayName}</span>
            ${
              item.publisher.trusted
                ? html`<span class="trusted" title=${t('market.trusted')}
                    >${icon('verified')}<span class="sr">${t('market.trusted')}</span></span
                  >`
                : ''
            }
          </p>
        </div>
      </div>
      <p class="about" dir="auto" translate="no">${item.description}</p>
      ${capabilityStrip(item.strip)}
      <div class="card-foot">
        <p class="muted small row wide">
          <span>${t(`kind.${item.kind}`)}</span>
          <span class="num" title=${t('market.downloads', { count: item.downloads })}
            ><span aria-hidden="true" class="row tightly" translate="no"
              >${icon('download')}${formatCompact(item.downloads)}</span
            ><span class="sr">${t('market.downloads', { count: item.downloads })}</span></span
          >
          ${ago(item.publishedAt)}
        </p>
        ${action}
      </div>
    </li>`
  }

  private results(items: readonly MarketplaceItem[], filter: MarketFilter): TemplateResult {
    const clear = html`<button
      type="button"
      class="btn"
      @click=${() => setQuery({ q: undefined, kind: undefined, publisher: undefined, without: undefined, installed: undefined })}
    >
      ${t('market.clear')}
    </button>`
    const shown = applyFilter(items, filter)
    const untouched = this.query('q') === '' && applyFilter(items, filter).length === items.length
    return html`<p class="muted" role="status" id="result-count">${t('market.count', { count: shown.length })}</p>
      ${
        shown.length > 0
          ? html`<ul class="cards">
              ${shown.map((item) => this.card(item))}
            </ul>`
          : untouched
            ? emptyState('store', t('market.empty.title'), t('market.empty.text'))
            : emptyState('search', t('market.nothing.title'), t('market.nothing.text'), clear)
      }`
  }

  /** Servers that are no plugins come in through the two adapters. */
  private adder(): TemplateResult | '' {
    if (!may('installations:manage')) return ''
    return html`<button type="button" class="btn" @click=${() => this.addServer()}>
      ${icon('plus')}<span>${t('import.open')}</span>
    </button>`
  }

  private async addServer(): Promise<void> {
    const { ServerAddDialog } = await import('./server-add-dialog.ts')
    const made = await new ServerAddDialog().show()
    if (made === undefined) return
    const [publisher = '', name = ''] = made.pluginId.split('/')
    const plugin = await call('marketplacePlugin', {
      params: { publisher, name },
      query: { version: made.version, language: locale.value.language },
    })
    const { InstallDialog } = await import('./install-dialog.ts')
    const dialog = new InstallDialog()
    dialog.plugin = plugin
    dialog.preset = made
    await dialog.show()
    this.found.reload()
  }

  private controls(): TemplateResult {
    return html`<div class="market-controls">
      <div class="field">
        <label for="market-search">${t('market.search')}</label>
        <input
          class="input"
          id="market-search"
          type="search"
          autocomplete="off"
          maxlength="200"
          .value=${this.query('q')}
          @input=${(event: Event) => this.search(event)}
        />
      </div>
      ${selectField(
        {
          id: 'market-sort',
          label: t('market.sort'),
          value: readSort(this.query('sort')),
          onChange: (sort) => setQuery({ sort: sort === 'relevance' ? undefined : sort }),
        },
        SORTS.map((sort) => ({ value: sort, label: t(`market.sort.${sort}`) })),
      )}
    </div>`
  }

  protected override render(): TemplateResult {
    const filter = readFilter(place.value.query)
    return html`<div class="page">
      ${pageHead(t('market.title'), t('market.lede'), this.adder())}
      <div class="market">
        <section aria-label=${t('market.filters')} class=${this.facetsOpen ? 'open' : ''}>
          <button
            type="button"
            class="btn facets-toggle"
            aria-expanded=${this.facetsOpen}
            @click=${() => (this.facetsOpen = !this.facetsOpen)}
          >
            ${t('market.filters')}
          </button>
          ${marketFacets(this.found.value?.items ?? [], filter)}
        </section>
        <div class="stack">${this.controls()} ${this.found.render(({ items }) => this.results(items, filter), 12)}</div>
      </div>
    </div>`
  }
}
