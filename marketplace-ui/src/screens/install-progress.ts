import type { InstallJob, JobStep } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { icon } from '../elements/icon.ts'
import { notice } from '../elements/notice.ts'
import { problemNotice } from '../elements/states.ts'
import { t } from '../i18n/translate.ts'

const step = (item: JobStep): TemplateResult =>
  html`<li class=${item.state}>
    ${icon(item.state)}<span>${t(`job.step.${item.name}`)}</span>
    <span class="sr">${t(`job.state.${item.state}`)}</span>
  </li>`

/** The steps of an install and how it ended. A failed install keeps nothing, and the dialog says so. */
export const installProgress = (job: InstallJob, name: string): TemplateResult => html`
  <ol class="steps" aria-label=${t('job.steps')}>
    ${job.steps.map(step)}
  </ol>
  <div role="status">
    ${job.state === 'running' ? html`<p class="muted">${t('job.leave')}</p>` : ''}
    ${job.state === 'done' ? notice('ok', t('job.done', { name })) : ''}
  </div>
  ${job.state === 'failed' ? html`${problemNotice(job.problem)} ${notice('info', t('job.nothingKept'))}` : ''}
`
