import { join } from 'node:path'
import { createEgress } from '../../../runtime/src/broker/index.ts'
import type { HttpPorts } from '../../../runtime/src/http/ports.ts'
import { createImports, createSourceClient, openBundleShelf } from '../../../runtime/src/imports/index.ts'
import { createRegistryCaller } from '../../../runtime/src/install/index.ts'
import type { Secrets } from '../../../runtime/src/secrets/index.ts'
import { createPeople, createVouch, loadHostKey, openChoices } from '../../../runtime/src/vouching/index.ts'

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9'

/** The real rooms, with a registry that does not answer. */
export async function offlinePeople(
  dataDir: string,
  secrets: Pick<Secrets, 'revealOwn'>,
  stack: AsyncDisposableStack,
): Promise<Pick<HttpPorts, 'people' | 'advisories' | 'choices' | 'imports'>> {
  const caller = stack.use(createRegistryCaller(NOWHERE))
  const key = await loadHostKey(join(dataDir, 'keys', 'vouching.json'))
  const choices = await openChoices(dataDir)
  return {
    people: createPeople({
      caller,
      vouch: createVouch(caller, key, () => ''),
      key,
      secrets,
      adminToken: undefined,
      installations: async () => [],
    }),
    advisories: { ofPlugin: async () => [], affecting: () => [] },
    choices,
    imports: createImports({
      client: createSourceClient(stack.use(createEgress()), new AbortController().signal),
      shelf: await openBundleShelf(join(dataDir, 'servers')),
      own: { name: 'own', url: NOWHERE, allowPrivate: true },
      choices,
    }),
  }
}
