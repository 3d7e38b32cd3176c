import type { InstallationDetail, InstallJob, InstallPlan } from '@nexus/runtime/contract'
import { html, type TemplateResult } from 'lit'
import { ApiError } from '../client/api-error.ts'
import { call } from '../client/call.ts'
import { ask } from '../elements/confirm.ts'
import { provenanceChain } from '../elements/chain.ts'
import { notice } from '../elements/notice.ts'
import { permissionList } from '../elements/permissions.ts'
import { t } from '../i18n/translate.ts'
import { JOB_POLL_MS } from '../limits.ts'

/** The newest release that is not the one installed; `undefined` when there is none, or the registry does not answer. */
export async function newerRelease(item: InstallationDetail): Promise<string | undefined> {
  const [publisher = '', name = ''] = item.pluginId.split('/')
  try {
    const { version } = await call('marketplacePlugin', { params: { publisher, name } })
    return version === item.version ? undefined : version
  } catch {
    // Without the registry there is nothing to update to; the screen shows what is installed all the same.
    return undefined
  }
}

/**
 * Plans an update, shows what it may touch, asks, and waits until the new release serves. Throws what went wrong; the
 * old release serves on then. `undefined` when the person said no.
 */
export async function updatePlugin(item: InstallationDetail, version: string): Promise<InstallationDetail | undefined> {
  const params = { id: item.id }
  const plan = await call('planUpdate', { params, body: { version } })
  const title = t('update.title', { name: item.displayName, version: plan.version })
  const sure = await ask({ title, action: t('action.update'), body: review(item, plan) })
  if (!sure) return undefined
  const body = { version: plan.version, consentDigest: plan.consentDigest }
  let job: InstallJob = await call('updateInstallation', { params, body })
  while (job.state === 'running') {
    await new Promise((resume) => setTimeout(resume, JOB_POLL_MS))
    job = await call('job', { params: { id: job.id } })
  }
  if (job.problem !== undefined) throw new ApiError(job.problem)
  return await call('installation', { params })
}

function review(item: InstallationDetail, plan: InstallPlan): TemplateResult {
  return html`<p>${t('update.text', { from: item.version, to: plan.version })}</p>
    ${
      plan.configErrors.length > 0
        ? notice(
            'warn',
            html`<ul>
              ${plan.configErrors.map(({ path, message }) => html`<li><code translate="no">${path}</code> ${message}</li>`)}
            </ul>`,
          )
        : ''
    }
    <h3>${t('plugin.touches')}</h3>
    ${permissionList(plan.permissions)}
    <h3>${t('plugin.origin')}</h3>
    ${provenanceChain(plan.chain)}`
}
