import type { GrantedUse } from '../grants/list-grants.ts'
import type { GrantUse } from './broker.ts'

/** Which grants served how often. Bounded by the grants themselves: nothing else is ever noted. */
export interface GrantUses {
  note(family: GrantedUse['family'], name: string, verb: string): void
  list(): readonly GrantUse[]
}

export function createGrantUses(now: () => number): GrantUses {
  const uses = new Map<string, GrantedUse & { uses: number; lastUsedMs: number }>()
  return {
    note(family, name, verb) {
      const key = `${family} ${verb} ${name}`
      const known = uses.get(key)
      if (known === undefined) uses.set(key, { family, name, verb, uses: 1, lastUsedMs: now() })
      else {
        known.uses += 1
        known.lastUsedMs = now()
      }
    },
    list: () =>
      Array.from(uses.values(), ({ lastUsedMs, ...use }) => ({
        ...use,
        lastUsedAt: new Date(lastUsedMs).toISOString(),
      })),
  }
}
