import type { MarketplaceItem } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { setQuery } from '../app/router.ts'
import { checkField } from '../elements/field.ts'
import { FAMILIES } from '../elements/strip-summary.ts'
import { formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { countChoice, toggled, type MarketFilter } from './market-filter.ts'

const KINDS = ['mcp-adapter', 'connector', 'policy-pack', 'auth-provider', 'ui-panel'] as const

const group = (legend: string, choices: unknown): TemplateResult =>
  html`<fieldset>
    <legend>${legend}</legend>
    ${choices}
  </fieldset>`

function kinds(items: readonly MarketplaceItem[], filter: MarketFilter): TemplateResult {
  const present = KINDS.filter((kind) => filter.kinds.includes(kind) || items.some((item) => item.kind === kind))
  const choice = (kind: (typeof KINDS)[number]): TemplateResult =>
    checkField(
      t(`kind.${kind}`),
      filter.kinds.includes(kind),
      (on) => setQuery({ kind: toggled(filter.kinds, kind, on) }),
      { id: `kind-${kind}`, tail: formatNumber(countChoice(items, filter, 'kinds', (item) => item.kind === kind)) },
    )
  return group(t('market.facet.kind'), present.map(choice))
}

function publishers(items: readonly MarketplaceItem[], filter: MarketFilter): TemplateResult {
  const names = new Map(items.map((item) => [item.publisher.id, item.publisher.displayName]))
  for (const id of filter.publishers) if (!names.has(id)) names.set(id, id)
  const choice = ([id, name]: readonly [string, string]): TemplateResult =>
    checkField(
      html`<span dir="auto" translate="no">${name}</span>`,
      filter.publishers.includes(id),
      (on) => setQuery({ publisher: toggled(filter.publishers, id, on) }),
      {
        id: `publisher-${id}`,
        tail: formatNumber(countChoice(items, filter, 'publishers', (item) => item.publisher.id === id)),
      },
    )
  return group(t('market.facet.publisher'), [...names].map(choice))
}

const without = (filter: MarketFilter): TemplateResult =>
  group(
    t('market.facet.without'),
    FAMILIES.map((family) =>
      checkField(
        t(`family.${family}`),
        filter.without.includes(family),
        (on) => setQuery({ without: toggled(filter.without, family, on) }),
        { id: `without-${family}` },
      ),
    ),
  )

const installed = (filter: MarketFilter): TemplateResult =>
  group(
    t('market.facet.installed'),
    (['any', 'yes', 'no'] as const).map(
      (value) =>
        html`<label class="check">
          <input
            type="radio"
            name="installed"
            .checked=${filter.installed === value}
            @change=${() => setQuery({ installed: value === 'any' ? undefined : value })}
          />
          <span>${t(`market.installed.${value}`)}</span>
        </label>`,
    ),
  )

/** The facets beside the list. On a narrow screen they fold away. */
export const marketFacets = (items: readonly MarketplaceItem[], filter: MarketFilter): TemplateResult =>
  html`<div class="facets">
    ${kinds(items, filter)} ${publishers(items, filter)} ${without(filter)} ${installed(filter)}
  </div>`
