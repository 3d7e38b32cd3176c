import { html, type TemplateResult } from 'lit'
import { t } from '../i18n/translate.ts'

interface DiffLine {
  readonly change: 'same' | 'removed' | 'added'
  readonly text: string
}

const SIGNS = { same: ' ', removed: '−', added: '+' } as const

/** Hidden characters, written out by the host, stand out from the text they hide in. */
export function marked(text: string): readonly (TemplateResult | string)[] {
  return text
    .split(/(⟨U\+[0-9A-F]{4,6}⟩)/)
    .map((part) => (part.startsWith('⟨U+') ? html`<mark class="hidden-char">${part}</mark>` : part))
}

/** What changed in a definition, line by line. */
export const diffLines = (diff: readonly DiffLine[], label = t('changes.diff')): TemplateResult =>
  html`<div class="diff" tabindex="0" role="group" aria-label=${label} translate="no" dir="ltr">
    ${diff.map(({ change, text }) => {
      const said = change === 'same' ? '' : html`<span class="sr">${t(`changes.line.${change}`)}</span>`
      return html`<div class="line ${change}">
        <span class="sign" aria-hidden="true">${SIGNS[change]}</span>${said}<span class="text">${marked(text)}</span>
      </div>`
    })}
  </div>`
