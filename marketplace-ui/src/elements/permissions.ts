import type { PermissionView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { t } from '../i18n/translate.ts'
import { icon } from './icon.ts'
import { notice } from './notice.ts'

function targets(permission: PermissionView): TemplateResult {
  if (permission.targets.length > 0) {
    return html`<span class="chips"
      >${permission.targets.map((target) => html`<code class="chip" translate="no">${target}</code>`)}</span
    >`
  }
  const text = permission.fromConfig
    ? t(permission.unused ? 'permission.unused.text' : 'permission.fromConfig', { field: permission.fromConfig })
    : t('permission.noTargets')
  return html`<span class="chips muted small">${text}</span>`
}

/** Nothing is granted where the settings leave the field empty, however far it could reach. */
const tone = ({ unused, reach }: PermissionView): string =>
  unused ? '' : reach === 'broad' ? 'warn' : reach === 'scoped' ? 'ok' : ''

function word({ unused, optional, reach }: PermissionView): string {
  if (unused) return t('permission.unused')
  return optional ? t('permission.optional') : t(`reach.${reach}`)
}

const row = (permission: PermissionView): TemplateResult => html`
  <li>
    ${icon(permission.family)}
    <span class="what">${t(`permission.${permission.family}`)}</span>
    <span class="badge ${tone(permission)}">${word(permission)}</span>
    <span class="why" dir="auto" translate="no">${permission.reason}</span>
    ${targets(permission)} ${permission.alert ? notice('bad', t(`permission.alert.${permission.alert}`)) : ''}
  </li>
`

/** What a plugin may touch: the family in words, how far it reaches, why, and the concrete targets. */
export const permissionList = (permissions: readonly PermissionView[]): TemplateResult =>
  permissions.length === 0
    ? html`<p class="muted">${t('permission.none')}</p>`
    : html`<ul class="grants">
        ${permissions.toSorted((left, right) => Number(left.unused ?? false) - Number(right.unused ?? false)).map(row)}
      </ul>`
