import DOMPurify from 'dompurify'
import { html, type TemplateResult } from 'lit'
import { unsafeHTML } from 'lit/directives/unsafe-html.js'

const rules = {
  FORBID_TAGS: [
    'style',
    'form',
    'input',
    'button',
    'textarea',
    'select',
    'option',
    'iframe',
    'img',
    'svg',
    'math',
    'audio',
    'video',
  ],
  FORBID_ATTR: ['style', 'id', 'class', 'name'],
  ALLOWED_URI_REGEXP: /^(?:https:|mailto:|#)/,
}

/**
 * A publisher's read-me. The host has cleaned it; it is cleaned again here, because this page can act with the
 * person's session. lit wraps the string in its own Trusted Types policy, so the sanitiser must answer with text.
 */
export function readme(source: string): TemplateResult {
  const clean = DOMPurify.sanitize(source, { ...rules, RETURN_TRUSTED_TYPE: false })
  return html`<div class="prose" dir="auto" translate="no">${unsafeHTML(shiftHeadings(clean))}</div>`
}

/** The page has its own `h1` and the panel its `h2`, so the read-me starts one level below. */
export function shiftHeadings(markup: string): string {
  return markup.replaceAll(
    /<(\/?)h([1-6])>/g,
    (_, slash: string, level: string) => `<${slash}h${Math.min(6, Number(level) + 2)}>`,
  )
}
