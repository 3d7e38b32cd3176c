import type { AuditRecordView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { dataTable } from '../elements/panel.ts'
import { moment } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'
import { shorten } from '../elements/shorten.ts'

/** The name of a person or a token instead of its id; what has none short, with a link to what else it did. */
function actor(record: AuditRecordView, linked: boolean): TemplateResult {
  const name = record.actorName ?? shorten(record.actor)
  if (!linked) return html`<span title=${record.actor}>${name}</span>`
  return html`<a href="/audit?actor=${encodeURIComponent(record.actor)}" title=${record.actor}>${name}</a>`
}

const tones = { ok: 'ok', denied: 'warn', failed: 'bad' } as const

const details = (record: AuditRecordView): TemplateResult | '' => {
  const entries = Object.entries(record.details)
  if (entries.length === 0) return ''
  return html`<details>
    <summary>${t('audit.details')}<span class="sr" translate="no"> ${record.sequence}</span></summary>
    <div class="chips">
      ${entries.map(([name, value]) => html`<code class="chip" translate="no">${name}: ${String(value)}</code>`)}
    </div>
  </details>`
}

/** Records of the audit trail. `full` adds the request id and the details. */
export const auditTable = (records: readonly AuditRecordView[], full: boolean): TemplateResult =>
  dataTable(
    t('audit.title'),
    html`<th scope="col">${t('audit.time')}</th>
      <th scope="col">${t('audit.actor')}</th>
      <th scope="col">${t('audit.action')}</th>
      <th scope="col">${t('audit.target')}</th>
      <th scope="col">${t('audit.outcome')}</th>
      ${full ? html`<th scope="col">${t('audit.request')}</th>` : ''}`,
    records.map(
      (record) =>
        html`<tr>
          <td class="fit">${moment(record.at)}</td>
          <td translate="no">${actor(record, full)}</td>
          <td><code translate="no">${record.action}</code></td>
          <td class="break" translate="no">
            <span title=${record.target}>${shorten(record.target)}</span
            >${full ? html`<div translate="yes">${details(record)}</div>` : ''}
          </td>
          <td><span class="badge ${tones[record.outcome]}">${t(`audit.outcome.${record.outcome}`)}</span></td>
          ${
            full
              ? html`<td>
                  <a href="/audit?requestId=${encodeURIComponent(record.requestId)}"
                    ><code translate="no" title=${record.requestId}>${shorten(record.requestId)}</code></a
                  >
                </td>`
              : ''
          }
        </tr>`,
    ),
  )
