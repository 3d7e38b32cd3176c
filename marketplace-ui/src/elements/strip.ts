import type { CapabilityStripView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { formatList } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { icon } from './icon.ts'
import { FAMILIES, summarizeStrip } from './strip-summary.ts'

/** The strip as one sentence, for people who cannot see it. */
export function stripSentence(strip: CapabilityStripView): string {
  const { asked, broad } = summarizeStrip(strip)
  if (asked.length === 0) return t('strip.nothing')
  const names = formatList(asked.map((family) => t(`family.${family}`)))
  if (broad.length === 0) return t('strip.scoped', { families: names })
  return t('strip.broad', { families: names, broad: formatList(broad.map((family) => t(`family.${family}`))) })
}

/**
 * The capability strip: nine cells in a fixed order.
 * Dashed is not asked for, half filled is within bounds, solid is without bounds.
 */
export function capabilityStrip(strip: CapabilityStripView, total = true): TemplateResult {
  const { asked } = summarizeStrip(strip)
  return html`<span class="strip" role="img" aria-label=${stripSentence(strip)}>
    ${FAMILIES.map(
      (family) =>
        html`<span class="cell ${strip[family]}" title=${t(`family.${family}`)} aria-hidden="true"
          >${icon(family)}</span
        >`,
    )}
    ${total ? html`<span class="total" aria-hidden="true">${`${asked.length}/${FAMILIES.length}`}</span>` : ''}
  </span>`
}
