import type { DefinitionView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { diffLines, marked } from '../elements/diff-lines.ts'
import { icon } from '../elements/icon.ts'
import { NxElement } from '../elements/nx-element.ts'
import { ago } from '../i18n/format.ts'
import { isMessageKey, t } from '../i18n/translate.ts'
import { may } from '../state/session.ts'

export type Verdict = 'approve' | 'reject'

/** What a person wants to happen to one definition; bubbles. */
export class DefinitionChoice extends Event {
  readonly definition: DefinitionView
  readonly verdict: Verdict

  constructor(definition: DefinitionView, verdict: Verdict) {
    super('definition-choice', { bubbles: true })
    this.definition = definition
    this.verdict = verdict
  }
}

/** Same for the same definition as it is shown. */
export const definitionKey = ({ upstreamId, kind, name, digest }: DefinitionView): string =>
  [upstreamId, kind, name, digest].join(' ')

const domId = ({ upstreamId, kind, name }: DefinitionView): string =>
  `held-${encodeURIComponent([upstreamId, kind, name].join('-')).replaceAll('%', '_')}`

/** One definition that waits: what changed, what is odd about it, and the decision. */
@customElement('nx-definition-card')
export class DefinitionCard extends NxElement {
  @property({ attribute: false }) definition: DefinitionView | undefined
  @property({ type: Boolean }) busy = false

  private choose(verdict: Verdict): void {
    if (this.definition !== undefined) this.dispatchEvent(new DefinitionChoice(this.definition, verdict))
  }

  private flags({ flags }: DefinitionView): TemplateResult | '' {
    if (flags.length === 0) return ''
    return html`<ul class="flags" aria-label=${t('changes.flags')}>
      ${flags.map(({ code, path, found }) => {
        const key = `flag.${code}`
        return html`<li class="notice warn">
          ${icon('warning')}
          <div>
            <strong>${isMessageKey(key) ? t(key) : code}</strong>
            <p class="small">
              <code class="break" translate="no">${path}</code>
              <q class="break" dir="auto" translate="no">${marked(found)}</q>
            </p>
          </div>
        </li>`
      })}
    </ul>`
  }

  private decision({ rejected }: DefinitionView): TemplateResult | '' {
    if (!may('installations:manage')) return ''
    return html`<div class="row">
      <button type="button" class="btn primary" ?disabled=${this.busy} @click=${() => this.choose('approve')}>
        ${icon('check')}<span>${t('changes.approve')}</span>
      </button>
      ${
        rejected
          ? ''
          : html`<button type="button" class="btn danger" ?disabled=${this.busy} @click=${() => this.choose('reject')}>
              ${icon('close')}<span>${t('changes.reject')}</span>
            </button>`
      }
    </div>`
  }

  protected override render(): TemplateResult {
    const { definition } = this
    if (definition === undefined) return html``
    const { kind, name, change, rejected, served, heldAt } = definition
    const id = domId(definition)
    return html`<article class="held" aria-labelledby=${id}>
      <header class="row">
        <h3 id=${id} tabindex="-1">
          ${
            kind === 'instructions'
              ? t('changes.instructions')
              : html`${t(`changes.kind.${kind}`)} <code class="break" translate="no">${name}</code>`
          }
        </h3>
        <span class="badge ${rejected ? 'bad' : 'warn'}"
          >${t(rejected ? 'changes.rejected' : `changes.${change}`)}</span
        >
      </header>
      <p class="muted small">${t(`changes.served.${served}`)} ${t('changes.since')} ${ago(heldAt)}.</p>
      ${this.flags(definition)} ${diffLines(definition.diff)} ${this.decision(definition)}
    </article>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nx-definition-card': DefinitionCard
  }
  interface HTMLElementEventMap {
    'definition-choice': DefinitionChoice
  }
}
