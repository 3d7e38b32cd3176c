import type { AffectedInstallation } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { notice } from '../elements/notice.ts'
import { t } from '../i18n/translate.ts'

/** What is known against installations of this workspace, each with the way to what it says. */
export const affectedNotice = (items: readonly AffectedInstallation[]): TemplateResult | '' =>
  items.length === 0
    ? ''
    : notice(
        'bad',
        html`<ul class="stack-s">
          ${items.map(({ pluginId, version, label, advisories }) => {
            const [first] = advisories
            const fixed = first?.fixedVersion
            return html`<li>
              <strong translate="no">${label}</strong> <code translate="no">${pluginId}@${version}</code>
              <p>
                ${t('plugin.affected', { title: first?.title ?? '' })}
                ${fixed === undefined ? t('advisory.fixed.none.sentence') : t('advisory.fixed.sentence', { version: fixed })}
                <a href="/marketplace/${pluginId}/security"
                  >${t('plugin.affected.more')}<span class="sr" translate="no"> ${label}</span></a
                >
              </p>
            </li>`
          })}
        </ul>`,
      )
