import type { Problem } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { problemText } from '../i18n/problem-text.ts'
import { t } from '../i18n/translate.ts'
import './copy-button.ts'
import { icon, type IconName } from './icon.ts'
import './loading.ts'

/** Nothing here yet: what this place is for, and one thing to do. */
export const emptyState = (symbol: IconName, title: string, text: string, actions: unknown = ''): TemplateResult =>
  html`<div class="void">
    ${icon(symbol)}
    <h2>${title}</h2>
    <p>${text}</p>
    ${actions ? html`<div class="row">${actions}</div>` : ''}
  </div>`

const retryButton = (retry: () => void): TemplateResult =>
  html`<button type="button" class="btn" @click=${retry}>${icon('refresh')}<span>${t('action.retry')}</span></button>`

function titleOf(problem: Problem): string {
  if (problem.status === 0) return t('state.offline')
  if (problem.status === 403) return t('state.forbidden')
  if (problem.status === 404) return t('state.missing')
  return t('state.failed')
}

function adviceOf(problem: Problem): string {
  if (problem.status === 403) return t('state.forbidden.advice')
  if (problem.status === 404) return t('state.missing.advice')
  return problemText(problem)
}

/** A whole screen (which then needs its own `h1`) or a card could not be loaded: cause, request id, retry. */
export const failureState = (problem: Problem, retry: () => void, wholePage = false): TemplateResult =>
  html`<div class="void" role="alert">
    ${icon(problem.status === 403 ? 'shield' : 'warning')}
    ${wholePage ? html`<h1 tabindex="-1">${titleOf(problem)}</h1>` : html`<h2>${titleOf(problem)}</h2>`}
    <p translate=${problem.status === 403 || problem.status === 404 ? 'yes' : 'no'}>${adviceOf(problem)}</p>
    ${
      problem.requestId
        ? html`<p class="small">${t('state.request')} <code translate="no">${problem.requestId}</code></p>`
        : ''
    }
    <div class="row">
      ${problem.status === 403 ? '' : retryButton(retry)}
      ${
        problem.requestId
          ? html`<nx-copy
              .text=${`${problem.code} ${problem.status} ${problem.requestId}\n${problem.detail}`}
              .label=${t('state.copyDetails')}
            ></nx-copy>`
          : ''
      }
    </div>
  </div>`

/** A form or an action failed: what the host said, beside the thing that failed. */
export const problemNotice = (problem: Problem | undefined): TemplateResult | '' =>
  problem === undefined
    ? ''
    : html`<div class="notice bad" role="alert">
        ${icon('warning')}
        <div>
          <span translate="no">${problemText(problem)}</span>
          ${
            problem.requestId
              ? html`<span class="small">${t('state.request')} <code translate="no">${problem.requestId}</code></span>`
              : ''
          }
        </div>
      </div>`
