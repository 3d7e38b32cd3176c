import { NexusError } from '@nexus/plugin-api'
import { brokerError } from './errors.ts'

/** Hands a contribution to the host and tells the plugin, in the broker's words, when the host refuses it. */
export async function contribute(work: () => Promise<void> | void): Promise<undefined> {
  try {
    await work()
  } catch (error) {
    // A coded error of the plugin's own making explains itself; anything else is the host's trouble.
    if (!(error instanceof NexusError) || error.fault === 'host') throw error
    throw brokerError('CONTRIBUTION_REFUSED', error.message, { details: { code: error.code }, cause: error })
  }
  return undefined
}
