import type { Actor } from '../accounts/actor.ts'
import type { VersionFacts } from '../packages/version-facts.ts'
import type { RegistryStore } from '../store/open-store.ts'

/** Why a moderator has to look at a version before anybody else does, in a sentence; `undefined` when nobody has to. */
export async function reasonToHold(
  _store: RegistryStore,
  _facts: VersionFacts,
  _actor: Actor,
): Promise<string | undefined> {
  return undefined
}
