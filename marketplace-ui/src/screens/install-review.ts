import type { InstallPlan } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { chainBadge, provenanceChain } from '../elements/chain.ts'
import { checkField } from '../elements/field.ts'
import { notice } from '../elements/notice.ts'
import { permissionList } from '../elements/permissions.ts'
import { capabilityStrip } from '../elements/strip.ts'
import { stripOf } from '../elements/strip-summary.ts'
import { t } from '../i18n/translate.ts'

type Target = InstallPlan['networkTargets'][number]

export const targetKey = (target: Target): string => `${target.host}:${target.port}`

/** The first part of the dialog: what the plugin will be allowed to do, and where it comes from. */
export const planReview = (plan: InstallPlan): TemplateResult => html`
  ${
    plan.policy.length > 0
      ? notice(
          'bad',
          html`<strong>${t('install.policy')}</strong>
            <ul>
              ${plan.policy.map(({ message }) => html`<li translate="no">${message}</li>`)}
            </ul>`,
        )
      : ''
  }
  ${plan.newSigner ? notice('warn', t('install.newSigner')) : ''}
  <section class="stack-s" id="plan-permissions">
    <div class="row spread">
      <h3>${t('install.permissions')}</h3>
      ${capabilityStrip(stripOf(plan.permissions.filter(({ unused }) => !unused)))}
    </div>
    ${permissionList(plan.permissions)}
  </section>
  <details class="origin" ?open=${plan.chain.some((link) => link.state !== 'verified')}>
    <summary>
      <span class="row">${t('plugin.origin')} ${chainBadge(plan.chain)}</span>
    </summary>
    ${provenanceChain(plan.chain)}
  </details>
`

/** Private addresses stay closed to every plugin unless the admin opens them one by one. */
export const privateTargets = (
  plan: InstallPlan,
  allowed: ReadonlySet<string>,
  toggle: (target: string, on: boolean) => void,
): TemplateResult | '' =>
  plan.networkTargets.length === 0
    ? ''
    : html`<fieldset class="stack-s">
        <legend>${t('install.private')}</legend>
        <p class="muted small">${t('install.private.text')}</p>
        ${plan.networkTargets.map((target) => {
          const key = targetKey(target)
          const label = html`<span>${t('install.private.allow')} <code translate="no">${key}</code></span>`
          return checkField(label, allowed.has(key), (on) => toggle(key, on))
        })}
      </fieldset>`
