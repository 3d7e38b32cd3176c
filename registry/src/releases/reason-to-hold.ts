import type { Actor } from '../accounts/actor.ts'
import type { VersionFacts } from '../packages/version-facts.ts'
import { checkNewName } from '../publishers/names/check-new-name.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { reasonOfScan } from './scan-verdict.ts'

/** Why a moderator has to look at a version before anybody else does, in a sentence; `undefined` when nobody has to. */
export async function reasonToHold(
  store: RegistryStore,
  facts: Pick<VersionFacts, 'name' | 'plugin'>,
  actor: Actor,
): Promise<string | undefined> {
  const { verdict, similarTo } = await checkNewName(store, actor, facts.name)
  if (verdict === 'held') return `The name ${facts.name} looks like ${similarTo}.`
  if (verdict === 'reserved') return `The name ${facts.name} is reserved.`
  return reasonOfScan(facts.plugin?.scan)
}
