import { join } from 'node:path'
import type { Config } from '../config.ts'
import {
  createRegistryClient,
  openPolicy,
  openReleaseNotices,
  openReleaseStore,
  openTrust,
  openWitnesses,
} from '../install/index.ts'
import { seedFirstParty } from '../publishing/seed-first-party.ts'
import type { Logger } from '../telemetry/index.ts'
import { openRegistryPlace } from './embedded-registry.ts'
import { root } from './place.ts'

/** Registry, trust and the releases that were verified here. */
export async function openTrustChain(config: Config, logger: Logger, stack: AsyncDisposableStack) {
  const place = stack.use(await openRegistryPlace(config))
  const registry = stack.use(createRegistryClient(place.url))
  const trust = await openTrust({ dataDir: config.dataDir, registryUrl: place.url })
  const policy = await openPolicy(config.dataDir)
  const notices = await openReleaseNotices(config.dataDir)
  const witnesses = stack.use(
    await openWitnesses({ dataDir: config.dataDir, url: place.url, isMirror: place.isMirror }),
  )
  const context = { trust, notices, policy: () => policy.policy, log: witnesses.log, tuf: witnesses.tuf }
  const releases = await openReleaseStore({ dataDir: config.dataDir, registry, context })
  await releases.recover()
  if (place.adminToken !== undefined) {
    const publisher = await seedFirstParty({
      registry,
      adminToken: place.adminToken,
      keysDir: join(config.dataDir, 'keys'),
      pluginsDir: join(root, 'plugins'),
      say: (line) => logger.info(line),
    })
    const known = await registry.trustRoot()
    await trust.pinRegistry(known.registry)
    // The registry of this very process: whom it believes for identities, this host believes too.
    if (trust.sigstore === undefined && known.registry.sigstoreRoot !== undefined)
      await trust.setSigstoreRoot(known.registry.sigstoreRoot)
    // This installation made the key itself: nobody else has to vouch for it.
    if (trust.publisher(publisher) === undefined) {
      await trust.pinPublisher(publisher, known.publishers.find(({ id }) => id === publisher)?.keys ?? [])
      // For the same reason its code may run in worker threads, unless the operator takes that back.
      await trust.trustWorkers(publisher, true)
    }
  } else if (trust.registryKeys.length === 0) {
    await trust.pinRegistry((await registry.trustRoot()).registry)
  }
  return { place, registry, trust, policy, notices, witnesses, releases }
}

export type TrustChain = Awaited<ReturnType<typeof openTrustChain>>
