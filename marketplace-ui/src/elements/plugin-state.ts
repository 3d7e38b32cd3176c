import type { InstallationView, UpstreamView } from '@nexus/runtime/contract'
import { html, svg, type TemplateResult } from 'lit'
import { t } from '../i18n/translate.ts'

type Tone = 'ok' | 'warn' | 'bad' | 'off'

// The shape differs as well as the colour: circle, diamond, square, ring.
const shapes = {
  ok: svg`<circle cx="5" cy="5" r="4" />`,
  warn: svg`<path d="M5 .5 9.500 5 5 9.500 .5 5z" />`,
  bad: svg`<rect x="1" y="1" width="8" height="8" />`,
  off: svg`<circle cx="5" cy="5" r="3.6" stroke-width="1.6" />`,
} as const

export const stateDot = (tone: Tone): TemplateResult =>
  html`<svg class="dot ${tone}" viewBox="0 0 10 10" aria-hidden="true">${shapes[tone]}</svg>`

const pluginTones = {
  discovered: 'off',
  verified: 'off',
  granted: 'off',
  starting: 'warn',
  active: 'ok',
  draining: 'warn',
  stopped: 'off',
  failed: 'bad',
  held: 'warn',
  quarantined: 'bad',
} as const satisfies Record<InstallationView['state'], Tone>

/** State of an installed plugin as a word with a shape. */
export const pluginState = (plugin: Pick<InstallationView, 'state' | 'enabled'>): TemplateResult =>
  html`<span class="state"
    >${stateDot(pluginTones[plugin.state])}<span
      >${plugin.enabled || plugin.state !== 'stopped' ? t(`plugin.state.${plugin.state}`) : t('plugin.disabled')}</span
    ></span
  >`

const upstreamTones = {
  idle: 'off',
  connecting: 'warn',
  ready: 'ok',
  failed: 'bad',
} as const satisfies Record<UpstreamView['state'], Tone>

export const upstreamState = (upstream: Pick<UpstreamView, 'state'>): TemplateResult =>
  html`<span class="state"
    >${stateDot(upstreamTones[upstream.state])}<span>${t(`upstream.state.${upstream.state}`)}</span></span
  >`
