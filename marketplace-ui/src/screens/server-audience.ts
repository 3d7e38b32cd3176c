import type { RoleView, ServerRule, UserView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { checkField } from '../elements/field.ts'
import { t } from '../i18n/translate.ts'
import { ROLES } from './roles.ts'

export type Audience = Pick<ServerRule, 'roles' | 'principals'>

/** Adds or removes a role or a principal; what is empty is left out, which means everybody. */
export function withMember(
  audience: Audience,
  change: { readonly role: RoleView } | { readonly principal: string },
  on: boolean,
): Audience {
  const roles = ROLES.filter((role) =>
    'role' in change && change.role === role ? on : (audience.roles ?? []).includes(role),
  )
  const others = (audience.principals ?? []).filter((one) => !('principal' in change) || one !== change.principal)
  const principals = 'principal' in change && on ? [...others, change.principal] : others
  return {
    ...(roles.length === 0 ? {} : { roles }),
    ...(principals.length === 0 ? {} : { principals }),
  }
}

/** Who is meant: roles and people; nobody chosen means everybody. */
export function audienceFields(
  id: 'access' | 'rule',
  audience: Audience,
  people: readonly UserView[],
  onChange: (audience: Audience) => void,
): TemplateResult {
  const { roles = [], principals = [] } = audience
  const known = new Set(people.map((person) => `user:${person.id}`))
  const all = roles.length + principals.length === 0
  return html`<fieldset class="stack-s">
    <legend>${t(id === 'access' ? 'server.audience' : 'server.rule.who')}</legend>
    ${
      id === 'rule' && !all
        ? ''
        : html`<p class="muted small">${t(all ? 'server.audience.all' : 'server.audience.some')}</p>`
    }
    <div class="row wide">
      ${ROLES.map((role) =>
        checkField(t(`role.${role}`), roles.includes(role), (on) => onChange(withMember(audience, { role }, on)), {
          id: `${id}-${role}`,
        }),
      )}
    </div>
    <div class="row wide people">
      ${[
        ...people.map((person) => ({ principal: `user:${person.id}`, name: person.displayName })),
        ...principals.filter((one) => !known.has(one)).map((one) => ({ principal: one, name: one })),
      ].map(({ principal, name }) =>
        checkField(
          html`<span dir="auto" translate="no">${name}</span>`,
          principals.includes(principal),
          (on) => onChange(withMember(audience, { principal }, on)),
          { id: `${id}-${principal}` },
        ),
      )}
    </div>
  </fieldset>`
}
