import { NexusError, errorCode } from '@nexus/plugin-api'
import { type NoticePorts, takeNotice } from '../installations/follow-notices.ts'
import type { Logger } from '../telemetry/index.ts'
import type { TrustChain } from './open-trust-chain.ts'

/**
 * Follows the registry's log for as long as the host runs: what is revoked, yanked or taken from a publisher reaches this
 * host within seconds. What was withdrawn before the first contact is learnt from TUF's list.
 */
export function followRegistry(
  { witnesses }: Pick<TrustChain, 'witnesses'>,
  ports: NoticePorts,
  logger: Logger,
  stack: AsyncDisposableStack,
  /** Told when there may be something newer than before. */
  onNews: () => void,
): void {
  const following = witnesses.follow({
    async onEntry({ entry, time }) {
      await takeNotice(ports, entry, time)
      if (entry.kind === 'release.published' || entry.kind === 'channel.moved' || entry.kind === 'release.unyanked')
        onNews()
    },
    onFirstContact: async () => await takeEarlier(witnesses, ports),
    onState(state, reason) {
      if (state === 'live') logger.debug('Following the log of the registry.')
      else logger.warn({ reason: sentence(reason) }, 'Not following the log of the registry now; trying again.')
    },
  })
  stack.use(following)
}

async function takeEarlier({ tufClient }: TrustChain['witnesses'], ports: NoticePorts): Promise<void> {
  const at = new Date().toISOString()
  const { revoked, yanked, keys } = await tufClient.revocations()
  for (const { id, version, reason } of yanked)
    await takeNotice(ports, { kind: 'release.yanked', id, version, reason }, at)
  for (const { id, version, reason } of revoked)
    await takeNotice(ports, { kind: 'release.revoked', id, version, reason }, at)
  for (const { publisherId, keyId } of keys) await takeNotice(ports, { kind: 'key.revoked', publisherId, keyId }, at)
}

function sentence(reason: unknown): string {
  if (reason instanceof NexusError) return reason.message
  return errorCode(reason) ?? (reason instanceof Error ? reason.message : 'no reason given')
}
