import type { PolicyRuleView, RoleView, UserView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { checkField, selectField } from '../elements/field.ts'
import { formatList, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { ROLES } from './roles.ts'

export type Terms = NonNullable<PolicyRuleView['approval']>

/** How long requests wait and approvals stand, in the words of people. */
const LIFETIMES = [
  [300, 5, 'minute'],
  [900, 15, 'minute'],
  [3_600, 1, 'hour'],
  [28_800, 8, 'hour'],
  [86_400, 1, 'day'],
  [604_800, 7, 'day'],
] as const

export const FIRST_TERMS: Terms = {
  approvers: { roles: ['admin', 'workspace-admin'], users: [] },
  expiresSeconds: 900,
  selfApproval: false,
}

/** Nobody could approve otherwise. */
export function hasApprover({ approvers, selfApproval }: Terms): boolean {
  return selfApproval || approvers.roles.length + approvers.users.length > 0
}

const lifetimeText = (seconds: number): string => {
  const known = LIFETIMES.find(([length]) => length === seconds)
  const [count, unit] = known === undefined ? [seconds, 'second'] : [known[1], known[2]]
  return t('policy.lifetime.value', { time: formatNumber(count, { style: 'unit', unit, unitDisplay: 'long' }) })
}

/** Who may approve, in one line. */
export function termsText({ approvers, expiresSeconds, selfApproval }: Terms): string {
  const roles = approvers.roles.map((role) => t(`role.${role}`))
  const people = approvers.users.length === 0 ? [] : [t('approval.people', { count: approvers.users.length })]
  const self = selfApproval ? [t('policy.self.inline')] : []
  return t('policy.terms', { who: formatList([...roles, ...people, ...self]), time: lifetimeText(expiresSeconds) })
}

const toggled = <Value>(values: readonly Value[], value: Value, on: boolean): Value[] =>
  on ? [...values.filter((other) => other !== value), value] : values.filter((other) => other !== value)

/** The part of a rule that says who approves. */
export const termsFields = (
  terms: Terms,
  people: readonly UserView[],
  change: (terms: Terms) => void,
): TemplateResult => {
  const { approvers } = terms
  const role = (name: RoleView, on: boolean) =>
    change({ ...terms, approvers: { ...approvers, roles: toggled(approvers.roles, name, on) } })
  const person = (id: string, on: boolean) =>
    change({ ...terms, approvers: { ...approvers, users: toggled(approvers.users, id, on) } })
  return html`<fieldset class="stack-s">
      <legend>${t('policy.approvers')}</legend>
      ${ROLES.map((name) =>
        checkField(t(`role.${name}`), approvers.roles.includes(name), (on) => role(name, on), {
          id: `approver-${name}`,
        }),
      )}
      ${checkField(t('policy.self'), terms.selfApproval, (on) => change({ ...terms, selfApproval: on }), {
        id: 'approver-self',
      })}
    </fieldset>
    ${
      people.length === 0
        ? ''
        : html`<details ?open=${approvers.users.length > 0}>
            <summary>${t('policy.people')}</summary>
            <div class="stack-s">
              ${people.map(({ id, displayName, email }) =>
                checkField(
                  html`<span dir="auto" translate="no">${displayName}</span>
                    <span class="muted small" translate="no">${email}</span>`,
                  approvers.users.includes(id),
                  (on) => person(id, on),
                  { id: `approver-${id}` },
                ),
              )}
            </div>
          </details>`
    }
    ${selectField(
      {
        id: 'rule-lifetime',
        label: t('policy.lifetime'),
        hint: t('policy.lifetime.hint'),
        value: String(terms.expiresSeconds),
        onChange: (value) => change({ ...terms, expiresSeconds: Number(value) }),
      },
      LIFETIMES.map(([seconds]) => ({ value: String(seconds), label: lifetimeText(seconds) })),
    )}`
}
