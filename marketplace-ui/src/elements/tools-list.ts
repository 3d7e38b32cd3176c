import type { ToolView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { t } from '../i18n/translate.ts'

const behaviour = (tool: ToolView): TemplateResult | '' => {
  if (tool.destructive) return html`<span class="badge warn">${t('tool.destructive')}</span>`
  if (tool.readOnly) return html`<span class="badge ok">${t('tool.readOnly')}</span>`
  return ''
}

const one = (tool: ToolView): TemplateResult => html`
  <li class="tool">
    <div class="row">
      <code class="name" translate="no">${tool.name}</code>
      ${behaviour(tool)}
    </div>
    ${tool.description ? html`<p class="muted" dir="auto" translate="no">${tool.description}</p>` : ''}
    ${
      tool.inputSchema
        ? html`<details>
            <summary>${t('tool.schema')}<span class="sr" translate="no"> ${tool.name}</span></summary>
            <pre class="schema" translate="no" tabindex="0" role="region" aria-label="${t('tool.schema')} ${tool.name}">
${JSON.stringify(tool.inputSchema, undefined, 2)}</pre>
          </details>`
        : ''
    }
  </li>
`

/** The tools a plugin offers, each with its schema. */
export const toolList = (tools: readonly ToolView[]): TemplateResult =>
  html`<ul class="tools">
    ${tools.map(one)}
  </ul>`
