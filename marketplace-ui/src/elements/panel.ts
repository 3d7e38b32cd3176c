import { html, type TemplateResult } from 'lit'

/** A card with a heading. `padded` is false for tables and logs, which reach the edge. */
export const panel = (heading: string, content: unknown, aside: unknown = '', padded = true): TemplateResult =>
  html`<section class="panel">
    <header>
      <h2>${heading}</h2>
      ${aside}
    </header>
    ${padded ? html`<div class="inner">${content}</div>` : content}
  </section>`

/** The heading of a screen; `foreign` when it is data and not a text of ours. The router moves the focus to the `h1`. */
export const pageHead = (title: string, lede: string, actions: unknown = '', foreign = false): TemplateResult =>
  html`<div class="page-head">
    <div dir="auto" translate=${foreign ? 'no' : 'yes'}>
      <h1 tabindex="-1">${title}</h1>
      <p>${lede}</p>
    </div>
    ${actions ? html`<div class="row">${actions}</div>` : ''}
  </div>`

/** A table that scrolls by itself when the screen is narrow, reachable by keyboard. */
export const dataTable = (label: string, head: unknown, body: unknown): TemplateResult =>
  html`<div class="table-wrap" tabindex="0" role="region" aria-label=${label}>
    <table class="data">
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`

export const facts = (rows: readonly (readonly [string, unknown])[]): TemplateResult =>
  html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
