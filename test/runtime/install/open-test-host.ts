import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ChainContext,
  createRegistryClient,
  openPolicy,
  openReleaseNotices,
  openReleaseStore,
  openTrust,
  openWitnesses,
} from '../../../runtime/src/install/index.ts'

/** A host's data folder with trust, policy and store, connected to a real registry. */
export async function openTestHost(registryUrl: string, dataDir?: string, change: Partial<ChainContext> = {}) {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'nexus-host-')))
  const registry = createRegistryClient(registryUrl)
  const trust = await openTrust({ dataDir: folder, registryUrl })
  const policy = await openPolicy(folder)
  const notices = await openReleaseNotices(folder)
  const witnesses = await openWitnesses({ dataDir: folder, url: registryUrl })
  const { log, tuf } = witnesses
  const context: ChainContext = { trust, notices, policy: () => policy.policy, log, tuf, ...change }
  const store = await openReleaseStore({ dataDir: folder, registry, context })
  return {
    dataDir: folder,
    plugins: join(folder, 'plugins'),
    registry,
    trust,
    policy,
    notices,
    witnesses,
    context,
    store,
    async [Symbol.asyncDispose]() {
      await witnesses[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
