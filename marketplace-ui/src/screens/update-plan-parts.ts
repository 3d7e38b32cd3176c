import type { UpdatePlan } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { chainBadge, provenanceChain } from '../elements/chain.ts'
import { diffLines, marked } from '../elements/diff-lines.ts'
import { icon } from '../elements/icon.ts'
import { notice } from '../elements/notice.ts'
import { capabilityStrip } from '../elements/strip.ts'
import { stripOf } from '../elements/strip-summary.ts'
import { formatBytes, formatMoment, formatNumber } from '../i18n/format.ts'
import { isMessageKey, t } from '../i18n/translate.ts'
import { readme } from './readme.ts'
import './changes.css'
import './update-review.css'

type Permission = UpdatePlan['permissionChanges'][number]
type Definition = UpdatePlan['definitionChanges'][number]

const badge = (tone: string, text: string): TemplateResult => html`<span class="badge ${tone}">${text}</span>`

const section = (heading: string, content: unknown, aside: unknown = ''): TemplateResult =>
  html`<section>
    <div class="row spread">
      <h3>${heading}</h3>
      ${aside}
    </div>
    ${content}
  </section>`

const tones = { wider: 'warn', narrower: '', same: 'ok' } as const

const permission = ({ family, name, verbs, change, coveredBy }: Permission): TemplateResult =>
  html`<li>
    ${icon(family)}
    <span class="what">
      ${t(`permission.${family}`)} <code class="break" translate="no">${verbs.join(' ')} ${name}</code>
      ${coveredBy === undefined ? '' : html`<span class="muted small">${t('review.coveredBy', { name: coveredBy })}</span>`}
    </span>
    ${badge(tones[change], t(`review.${change}`))}
  </li>`

/** More and less at once; what stays the same can be unfolded. */
export function permissionChanges(plan: UpdatePlan): TemplateResult {
  const moved = plan.permissionChanges.filter(({ change }) => change !== 'same')
  const same = plan.permissionChanges.filter(({ change }) => change === 'same')
  return section(
    t('review.permissions'),
    html`${
      moved.length === 0
        ? html`<p class="muted">${t('review.permissions.none')}</p>`
        : html`<ul class="delta">
            ${moved.map(permission)}
          </ul>`
    }
    ${
      same.length === 0
        ? ''
        : html`<details>
            <summary>${t('review.permissions.same', { count: same.length })}</summary>
            <ul class="delta">
              ${same.map(permission)}
            </ul>
          </details>`
    }`,
    capabilityStrip(stripOf(plan.permissions.filter(({ unused }) => !unused))),
  )
}

const definitionTones = { added: 'warn', changed: 'warn', removed: '' } as const

const definition = ({ kind, name, change, diff, flags }: Definition): TemplateResult =>
  html`<li>
    ${icon('tools')}
    <span class="what">${t(`review.definition.${kind}`)} <code class="break" translate="no">${name}</code></span>
    ${badge(definitionTones[change], t(`review.definition.${change}`))}
    ${flags.map(({ code, path, found }) => {
      const key = `flag.${code}`
      return html`<div class="wide">
        ${notice(
          'warn',
          html`<strong>${isMessageKey(key) ? t(key) : code}</strong>
            <p class="small">
              <code class="break" translate="no">${path}</code> <q translate="no">${marked(found)}</q>
            </p>`,
        )}
      </div>`
    })}
    <details class="wide" ?open=${change === 'changed'}>
      <summary>${t('review.definition.show')}<span class="sr" translate="no"> ${name}</span></summary>
      ${diffLines(diff, `${t('changes.diff')} ${name}`)}
    </details>
  </li>`

export const definitionChanges = ({ definitionChanges: changes }: UpdatePlan): TemplateResult | '' =>
  changes.length === 0
    ? ''
    : section(
        t('review.definitions'),
        html`<ul class="delta">
          ${changes.map(definition)}
        </ul>`,
      )

const signs = { added: '+', removed: '−', changed: '~' } as const

export const dependencyChanges = ({ dependencyChanges: changes }: UpdatePlan): TemplateResult | '' =>
  changes.length === 0
    ? ''
    : section(
        t('review.dependencies'),
        html`<ul class="delta">
          ${changes.map(
            ({ kind, name, before, after, change }) =>
              html`<li>
                <span class="mono" aria-hidden="true">${signs[change]}</span>
                <span class="what"
                  >${t(`review.dependency.${kind}`)}
                  <code class="break" translate="no"
                    >${[name, [before, after].filter((version) => version !== undefined).join(' → ')].filter(Boolean).join(' ')}</code
                  ></span
                >
                ${badge(change === 'removed' ? '' : 'warn', t(`review.dependency.${change}`))}
              </li>`,
          )}
        </ul>`,
      )

/** The sandbox, its limits and the size of the release, where they change. */
export function sandboxChanges({ sandboxChange: sandbox, sizeBytes }: UpdatePlan): TemplateResult | '' {
  const { before, after } = sizeBytes
  const grows = before !== undefined && after !== undefined && before !== after
  if (sandbox.before.name === sandbox.after.name && sandbox.limits.length === 0 && !grows) return ''
  return section(
    t('review.sandbox'),
    html`<ul class="delta">
      ${
        sandbox.before.name === sandbox.after.name
          ? ''
          : html`<li>
              ${icon('layers')}
              <span class="what mono" translate="no"
                >${sandbox.before.name} (${sandbox.before.tier}) → ${sandbox.after.name} (${sandbox.after.tier})</span
              >
              ${sandbox.wider ? badge('warn', t('review.wider')) : ''}
            </li>`
      }
      ${sandbox.limits.map(
        ({ name, before: was, after: now, change }) =>
          html`<li>
            ${icon('health')}
            <span class="what"
              ><code translate="no">${name}</code> ${formatNumber(was)} → <strong>${formatNumber(now)}</strong></span
            >
            ${badge(tones[change], t(`review.${change}`))}
          </li>`,
      )}
      ${
        grows
          ? html`<li>
              ${icon('store')}
              <span class="what"
                >${t('plugin.size')} ${formatBytes(before)} → <strong>${formatBytes(after)}</strong></span
              >
            </li>`
          : ''
      }
    </ul>`,
  )
}

/** Who vouches: the same key as before is one quiet line, another one is loud. */
export function signerChange({ signer, chain }: UpdatePlan): TemplateResult {
  const text =
    signer.change === 'changed'
      ? notice(
          'bad',
          html`<strong>${t('review.signer.changed')}</strong>
            <p class="small">
              <code class="break" translate="no">${signer.before || '–'}</code> →
              <code class="break" translate="no">${signer.after || '–'}</code>
            </p>`,
        )
      : html`<p class="row">
          ${icon(signer.change === 'same' ? 'verified' : 'info')} ${t(`review.signer.${signer.change}`)}
        </p>`
  return section(
    t('review.signer'),
    html`${text}
      <details class="origin" ?open=${chain.some((link) => link.state === 'failed')}>
        <summary><span class="row">${t('plugin.origin')} ${chainBadge(chain)}</span></summary>
        ${provenanceChain(chain)}
      </details>`,
  )
}

const noticeTones = {
  REVOKED: 'bad',
  YANKED: 'bad',
  ADVISORY: 'bad',
  DEPRECATED: 'warn',
  DOWNGRADE: 'warn',
  FAILED_BEFORE: 'warn',
  PINNED: 'warn',
  AGE: 'info',
  ROLLOUT: 'info',
} as const

export const updateNotices = ({ notices }: UpdatePlan): readonly TemplateResult[] =>
  notices.map(({ code, text, until }) =>
    notice(
      noticeTones[code],
      html`<strong>${t(`review.notice.${code}`)}</strong>${
          text === '' ? '' : html`<span dir="auto" translate="no">${text}</span>`
        }${until === undefined ? '' : html`<span>${t('review.until', { time: formatMoment(until) })}</span>`}`,
    ),
  )

export const scanResult = ({ scan }: UpdatePlan): TemplateResult | '' =>
  scan === undefined
    ? ''
    : section(
        t('review.scan'),
        scan.findings.length === 0
          ? html`<p class="row">${icon('check')} ${t('review.scan.clean')}</p>`
          : html`<ul class="delta">
              ${scan.findings.map(
                ({ code, severity, file, message }) =>
                  html`<li>
                    ${icon('warning')}
                    <span class="what" translate="no"
                      ><code>${code}</code> ${message}
                      ${file === '' ? '' : html`<code class="break">${file}</code>`}</span
                    >
                    <span class="badge" translate="no">${severity}</span>
                  </li>`,
              )}
            </ul>`,
        html`<span class="badge ${scan.findings.length === 0 ? 'ok' : 'warn'}" translate="no">${scan.verdict}</span>`,
      )

export const changelog = ({ changelogHtml, fromVersion, version }: UpdatePlan): TemplateResult | '' =>
  changelogHtml === ''
    ? ''
    : html`<details>
        <summary>${t('review.changelog', { from: fromVersion, to: version })}</summary>
        ${readme(changelogHtml)}
      </details>`
