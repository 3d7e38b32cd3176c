import type { InstallationDetail, InstallationView, UpstreamView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { chainBadge, provenanceChain } from '../elements/chain.ts'
import { notice } from '../elements/notice.ts'
import { facts, panel } from '../elements/panel.ts'
import { permissionList } from '../elements/permissions.ts'
import { upstreamState } from '../elements/plugin-state.ts'
import { emptyState } from '../elements/states.ts'
import { capabilityStrip } from '../elements/strip.ts'
import { toolList } from '../elements/tools-list.ts'
import { day, formatBytes, formatMilliseconds, formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import './upstream-pool.ts'

export const aboutInstallation = (item: InstallationDetail): TemplateResult =>
  panel(
    t('installation.about'),
    facts([
      [t('plugin.version'), html`<span class="mono" translate="no">${item.version}</span>`],
      [t('installation.label'), html`<span class="mono" translate="no">${item.label}</span>`],
      [
        t('plugin.sandbox'),
        html`<span class="mono" translate="no">${item.sandbox.tier} · ${item.sandbox.profile}</span>${
            item.sandbox.tier === 'worker' ? html`<p class="small">${t('sandbox.notBoundary')}</p>` : ''
          }`,
      ],
      [t('installed.calls'), formatNumber(item.usage.calls)],
      [t('installed.errors'), formatNumber(item.usage.errors)],
      [t('installation.cpu'), html`<span translate="no">${formatMilliseconds(item.usage.cpuMs)}</span>`],
      [t('installation.heap'), html`<span translate="no">${formatBytes(item.usage.heapBytes)}</span>`],
      [t('installation.by'), html`<span translate="no">${item.installedBy}</span>`],
      [t('installation.since'), day(item.createdAt)],
    ]),
  )

/** What was said about its release since it was installed: it may have stopped for that. */
export const releaseNotice = ({ notice: said }: Pick<InstallationView, 'notice'>): TemplateResult | '' =>
  said === undefined
    ? ''
    : notice(
        said.kind === 'revoked' ? 'bad' : 'warn',
        html`<span>${releaseNoticeText(said)}</span> <span class="muted small">${day(said.at)}</span>`,
      )

/** The same as one line. */
export const releaseNoticeText = ({ kind, reason }: NonNullable<InstallationView['notice']>): string =>
  t(`installed.notice.${kind}`, { reason: reason === '' ? t('installed.notice.none') : reason })

const containmentTone = { contained: 'ok', limits: 'warn', none: 'bad' } as const

/** What stands between a running server and this machine, and what it uses together with all it started. */
const runningProcess = ({ containment, usage }: NonNullable<UpstreamView['process']>): TemplateResult =>
  html`<div class="stack-s">
    ${facts([
      [
        t('upstream.containment'),
        html`<span class="badge ${containmentTone[containment.level]}"
          >${t(`upstream.containment.${containment.level}`)}</span
        >`,
      ],
      [t('upstream.layers'), html`<span class="mono small" translate="no">${containment.layers.join(' · ')}</span>`],
      ...(usage === undefined
        ? []
        : ([
            [t('upstream.processes'), formatNumber(usage.processes)],
            [t('upstream.memory'), html`<span translate="no">${formatBytes(usage.residentBytes)}</span>`],
            [t('installation.cpu'), html`<span translate="no">${formatMilliseconds(usage.cpuMs)}</span>`],
          ] as const)),
    ])}
    ${
      containment.missing.length > 0
        ? notice('warn', html`<span translate="no">${containment.missing.join(' ')}</span>`)
        : ''
    }
  </div>`

const upstream = (item: UpstreamView): TemplateResult =>
  panel(
    t('installation.upstream', { label: item.label }),
    html`<div class="stack-s">
      <p class="muted small">
        ${t(`upstream.kind.${item.kind}`)} · ${t('upstream.resources', { count: item.resources })} ·
        ${t('upstream.prompts', { count: item.prompts })}
      </p>
      ${
        item.lastError
          ? notice(
              'bad',
              html`<span translate="no">${item.lastError.message}</span
                ><code class="small" translate="no">${item.lastError.code}</code>`,
            )
          : ''
      }
      ${item.process ? runningProcess(item.process) : ''}
      ${item.pool ? html`<nx-upstream-pool .label=${item.label} .pool=${item.pool}></nx-upstream-pool>` : ''}
      ${item.tools.length > 0 ? toolList(item.tools) : html`<p class="muted">${t('upstream.noTools')}</p>`}
    </div>`,
    upstreamState(item),
  )

export const upstreamsTab = (item: InstallationDetail): TemplateResult =>
  item.upstreams.length === 0
    ? panel(
        t('installation.tab.tools'),
        emptyState('tools', t('installation.noUpstreams.title'), t('installation.noUpstreams.text')),
      )
    : html`<div class="stack">${item.upstreams.map(upstream)}</div>`

export const grantsTab = (item: InstallationDetail): TemplateResult =>
  html`<div class="stack">
    ${panel(
      t('plugin.touches'),
      html`<p class="muted">${t('plugin.touches.text')}</p>
        ${permissionList(item.permissions)}`,
      capabilityStrip(item.strip, false),
    )}
    ${panel(t('plugin.origin'), provenanceChain(item.chain), chainBadge(item.chain))}
  </div>`

/** What the last update or change of settings did, while there is something to say about it. */
export const swapNotice = ({ swap }: InstallationDetail): TemplateResult | '' => {
  if (swap === undefined || swap.phase === 'kept') return ''
  const text = t(swap.fromVersion === swap.toVersion ? `swap.${swap.phase}.settings` : `swap.${swap.phase}`, {
    from: swap.fromVersion,
    to: swap.toVersion,
  })
  const { reason } = swap
  return notice(
    swap.phase === 'rolled-back' ? 'warn' : 'info',
    html`<strong>${text}</strong>${
        reason
          ? html`<span translate="no">${reason.message}</span><code class="small" translate="no">${reason.code}</code>`
          : ''
      }`,
  )
}
