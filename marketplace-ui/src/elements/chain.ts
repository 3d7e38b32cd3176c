import type { ChainLink } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { day } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { icon, type IconName } from './icon.ts'
import { shorten } from './shorten.ts'

const nodeIcons = { verified: 'check', unknown: 'none', failed: 'close' } as const satisfies Record<
  ChainLink['state'],
  IconName
>

const link = (item: ChainLink): TemplateResult => html`
  <li class=${item.state}>
    <span class="node">${icon(nodeIcons[item.state])}</span>
    <strong>${t(`chain.${item.layer}`)}</strong>
    <span class="small">${t(`chain.state.${item.state}`)}</span>
    ${item.by ? html`<code translate="no" title=${item.by}>${shorten(item.by)}</code>` : ''}
    ${item.at ? html`<span class="said">${day(item.at)}</span>` : ''}
    <span class="said" dir="auto" translate="no">${item.detail}</span>
  </li>
`

/** The provenance chain in the order in which the host checks it. */
export const provenanceChain = (links: readonly ChainLink[]): TemplateResult =>
  html`<ol class="chain" aria-label=${t('chain.label')}>
    ${links.map(link)}
  </ol>`

/** One word for the whole chain. */
export function chainBadge(links: readonly ChainLink[]): TemplateResult {
  if (links.some((item) => item.state === 'failed')) return html`<span class="badge bad">${t('chain.broken')}</span>`
  if (links.length > 0 && links.every((item) => item.state === 'verified')) {
    return html`<span class="badge ok">${t('chain.verified')}</span>`
  }
  return html`<span class="badge">${t('chain.partial')}</span>`
}
