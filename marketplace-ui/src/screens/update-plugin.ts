import type { InstallationDetail } from '@nexus/runtime/contract'
import { call } from '../client/call.ts'
import type { ReviewOutcome } from './update-review.ts'

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

/** Opens the review of a release, or of the way back to a kept one; resolves with what became of it. */
export async function reviewUpdate(
  item: InstallationDetail,
  to: string,
  back = false,
): Promise<ReviewOutcome | undefined> {
  const { UpdateReview } = await import('./update-review.ts')
  const review = new UpdateReview()
  const { setting } = await call('installationUpdates', { params: { id: item.id } })
  review.item = item
  review.setting = setting
  review.to = to
  review.back = back
  return await review.show()
}
