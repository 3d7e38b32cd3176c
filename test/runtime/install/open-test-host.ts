import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRegistryClient, openReleaseStore, openTrust } from '../../../runtime/src/install/index.ts'

/** A host's data folder with trust and store, connected to a real registry. */
export async function openTestHost(registryUrl: string, dataDir?: string) {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'nexus-host-')))
  const registry = createRegistryClient(registryUrl)
  const trust = await openTrust({ dataDir: folder, registryUrl })
  const store = await openReleaseStore({ dataDir: folder, registry, trust })
  return {
    dataDir: folder,
    plugins: join(folder, 'plugins'),
    registry,
    trust,
    store,
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
