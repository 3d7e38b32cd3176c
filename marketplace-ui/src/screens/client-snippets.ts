import { html, type TemplateResult } from 'lit'
import { snippet } from '../elements/copy-button.ts'
import { t } from '../i18n/translate.ts'
import { clientSnippetTexts } from './client-snippet-texts.ts'

/** The snippets one below the other, each with a copy button. */
export const snippetList = (server: string, url: string, token: string): TemplateResult =>
  html`<div class="stack">
    ${clientSnippetTexts(server, url, token).map((item) => snippet(t('client.for', { client: item.client }), item.text))}
  </div>`
