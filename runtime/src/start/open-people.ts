import { join } from 'node:path'
import { createEgress } from '../broker/index.ts'
import type { Config } from '../config.ts'
import type { HttpPorts } from '../http/ports.ts'
import { createImports, createSourceClient, openBundleShelf } from '../imports/index.ts'
import { createRegistryCaller } from '../install/index.ts'
import type { Logger } from '../telemetry/index.ts'
import {
  createAdvisoryCopy,
  createPeople,
  createVouch,
  loadHostKey,
  openChoices,
  openStatisticsReporter,
} from '../vouching/index.ts'
import type { Foundation } from './open-foundation.ts'
import type { TrustChain } from './open-trust-chain.ts'

/** What this host says to the registry, hears from it, and takes from others like it. */
export async function openPeople(
  config: Config,
  logger: Logger,
  base: Pick<Foundation, 'store' | 'secrets'>,
  { place, trust }: Pick<TrustChain, 'place' | 'trust'>,
  stack: AsyncDisposableStack,
): Promise<Pick<HttpPorts, 'people' | 'advisories' | 'choices' | 'imports'>> {
  const { store, secrets } = base
  const caller = stack.use(createRegistryCaller(place.url))
  const key = await loadHostKey(join(config.dataDir, 'keys', 'vouching.json'))
  const choices = await openChoices(config.dataDir)
  const vouch = createVouch(caller, key, () => trust.registryKeys[0]?.keyId ?? '')
  const installations = () => store.installations.list()
  stack.use(openStatisticsReporter({ caller, vouch, choices, logger, installations }))
  const shelf = await openBundleShelf(join(config.dataDir, 'servers'))
  await shelf.sweep(await installations())
  const closing = new AbortController()
  stack.defer(() => closing.abort())
  return {
    people: createPeople({
      caller,
      vouch,
      key,
      secrets,
      adminToken: place.adminToken,
      installations: async (workspaceId) => (await installations()).filter((row) => row.workspaceId === workspaceId),
    }),
    advisories: stack.use(createAdvisoryCopy(caller, logger)),
    choices,
    imports: createImports({
      client: createSourceClient(stack.use(createEgress()), closing.signal),
      shelf,
      own: { name: 'own', url: place.url, allowPrivate: true },
      choices,
    }),
  }
}

export type PeopleRooms = Awaited<ReturnType<typeof openPeople>>
