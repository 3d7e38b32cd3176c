import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { icon, logo } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { t } from '../i18n/translate.ts'
import { RAIL_REFRESH_MS } from '../limits.ts'
import { Resource } from '../state/resource.ts'
import { may, session } from '../state/session.ts'
import { Follow } from '../state/store.ts'
import { held } from '../state/held.ts'
import { waiting } from '../state/waiting.ts'
import { place } from './router.ts'
import { railGroups, type RailItem } from './screens.ts'

const troubled = new Set(['failed', 'held', 'quarantined'])

/** The navigation. What the person may not open is absent, not grey. */
@customElement('nx-rail')
export class Rail extends NxElement {
  @property({ attribute: false }) label = ''
  protected readonly followed = new Follow(this, place, waiting, held)
  private readonly troubled = new Resource(this, {
    args: () => [may('installations:read')] as const,
    load: async ([allowed], signal) => {
      if (!allowed) return 0
      const { items } = await call('installations', { signal })
      return items.filter((item) => troubled.has(item.state)).length
    },
    refreshMs: RAIL_REFRESH_MS,
  })

  /** What waits for the person behind an item. */
  private countOf(href: string): {
    readonly count: number
    readonly said: 'rail.waiting' | 'rail.approvals' | 'rail.changes'
  } {
    if (href === '/approvals') return { count: waiting.value, said: 'rail.approvals' }
    if (href === '/changes') return { count: held.value, said: 'rail.changes' }
    return { count: href === '/installed' ? (this.troubled.value ?? 0) : 0, said: 'rail.waiting' }
  }

  private item(item: RailItem): TemplateResult {
    const { path } = place.value
    const current = item.href === '/' ? path === '/' : path === item.href || path.startsWith(`${item.href}/`)
    const { count, said } = this.countOf(item.href)
    return html`<li>
      <a class="nav" href=${item.href} aria-current=${current ? 'page' : 'false'}>
        ${icon(item.icon)}<span>${t(item.label)}</span>
        ${
          count > 0
            ? html`<span class="count"
                ><span aria-hidden="true">${count}</span><span class="sr">${t(said, { count })}</span></span
              >`
            : ''
        }
      </a>
    </li>`
  }

  protected override render(): TemplateResult {
    const groups = railGroups
      .map((group) => ({ ...group, items: group.items.filter((item) => may(item.needs)) }))
      .filter((group) => group.items.length > 0)
    return html`<nav class="rail-inner" aria-label=${t('rail.label')}>
      <a class="brand" href="/" translate="no">${logo()}<span>Nexus</span></a>
      ${groups.map(
        (group) =>
          html`<h2>${t(group.label)}</h2>
            <ul>
              ${group.items.map((item) => this.item(item))}
            </ul>`,
      )}
      <p class="rail-foot">${t('rail.version', { version: session.value?.host.version ?? '' })}</p>
    </nav>`
  }
}
