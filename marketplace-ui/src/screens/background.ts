import type { BackgroundView } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { call } from '../client/call.ts'
import { NxElement } from '../elements/nx-element.ts'
import { dataTable, facts, panel } from '../elements/panel.ts'
import { ago, formatNumber, moment } from '../i18n/format.ts'
import { locale } from '../i18n/locale.ts'
import { t } from '../i18n/translate.ts'
import { REFRESH_MS } from '../limits.ts'
import { Resource } from '../state/resource.ts'

type Schedule = BackgroundView['schedules'][number]
type Events = BackgroundView['events']

/** What an installed plugin does without anybody calling it: its schedules with their runs, and its events. */
@customElement('nx-background')
export class Background extends NxElement {
  @property() installationId = ''
  private readonly view = new Resource(this, {
    args: () => [this.installationId, locale.value.language] as const,
    load: ([id], signal) => call('installationBackground', { params: { id }, signal }),
    refreshMs: REFRESH_MS,
  })

  protected override render(): TemplateResult {
    const show = ({ schedules, events }: BackgroundView): TemplateResult =>
      html`${schedules.length > 0 ? scheduleTable(schedules) : ''}
      ${events.hears.length + events.sends.length > 0 ? html`<div class="inner">${eventFacts(events)}</div>` : ''}`
    return panel(t('background.title'), this.view.render(show, 3), '', false)
  }
}

const scheduleTable = (schedules: readonly Schedule[]): TemplateResult =>
  dataTable(
    t('background.schedules'),
    html`<th scope="col">${t('background.schedule')}</th>
      <th scope="col">${t('background.next')}</th>
      <th scope="col">${t('background.last')}</th>
      <th scope="col" class="num">${t('background.runs')}</th>`,
    schedules.map(
      (schedule) =>
        html`<tr>
          <td>
            <span class="mono" translate="no">${schedule.name}</span>
            <code class="chip" translate="no">${schedule.cron}</code>
            <span class="muted small" translate="no">${schedule.timeZone}</span>
            <div class="muted small" dir="auto" translate="no">${schedule.reason}</div>
          </td>
          <td class="fit">${nextRun(schedule)}</td>
          <td>${lastRun(schedule)}</td>
          <td class="num">${t('background.counted', { runs: schedule.runs, failures: schedule.failures })}</td>
        </tr>`,
    ),
  )

const nextRun = ({ running, nextRunAt }: Schedule): unknown => {
  if (running) return html`<span class="badge ok">${t('background.running')}</span>`
  return nextRunAt === undefined ? html`<span class="muted">${t('background.paused')}</span>` : moment(nextRunAt)
}

const lastRun = ({ lastRun: last }: Schedule): unknown => {
  if (last === undefined) return html`<span class="muted">${t('background.never')}</span>`
  const tone = last.outcome === 'ok' ? 'ok' : 'bad'
  return html`<span class="badge ${tone}">${t(`background.outcome.${last.outcome}`)}</span> ${ago(last.at)}
    ${last.code === undefined ? '' : html`<code class="small" translate="no">${last.code}</code>`}`
}

const names = (events: readonly string[]): TemplateResult =>
  html`<span class="chips">${events.map((event) => html`<code class="chip" translate="no">${event}</code>`)}</span>`

const eventFacts = ({ hears, sends, ...counts }: Events): TemplateResult =>
  facts([
    ...(hears.length === 0
      ? []
      : ([
          [t('background.hears'), names(hears)],
          [t('background.delivered'), formatNumber(counts.delivered)],
          [t('background.failed'), formatNumber(counts.failed)],
          [t('background.dropped'), formatNumber(counts.dropped)],
        ] as const)),
    ...(sends.length === 0
      ? []
      : ([
          [t('background.sends'), names(sends)],
          [t('background.sent'), formatNumber(counts.sent)],
        ] as const)),
  ])
