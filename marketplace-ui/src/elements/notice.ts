import { html, type TemplateResult } from 'lit'
import { icon } from './icon.ts'

const icons = { info: 'info', ok: 'check', warn: 'warning', bad: 'warning' } as const

/** A sentence that matters, with a tone that colour alone does not carry. */
export const notice = (tone: keyof typeof icons, content: unknown, role?: 'alert' | 'status'): TemplateResult =>
  html`<div class="notice ${tone}" role=${role ?? 'note'}>
    ${icon(icons[tone])}
    <div>${content}</div>
  </div>`
