import { type PrefixMode, plainName, prefixedName } from './expose-name.ts'

/** Something to expose: a tool or prompt of an upstream. */
export interface Nameable {
  readonly label: string
  readonly original: string
  /** Chosen by a person; wins over the prefix mode. */
  readonly as?: string | undefined
}

export interface GivenName extends Nameable {
  readonly exposed: string
}

/** Two things that want one name: told to the operator, the later one is not exposed. */
export interface NameCollision {
  readonly exposed: string
  readonly label: string
  readonly original: string
  readonly holder: string
}

export interface NamesGiven {
  readonly names: readonly GivenName[]
  /** Names given just now, to be remembered. */
  readonly fresh: readonly GivenName[]
  readonly collisions: readonly NameCollision[]
}

const keyOf = ({ label, original }: Nameable) => `${label}\0${original}`

/**
 * Gives every entry its exposed name. Names in `known` were given before and stay, whether their upstream is there or
 * not; a new entry never takes one of them. The outcome does not depend on the order of `entries`.
 */
export function giveNames(entries: readonly Nameable[], known: readonly GivenName[], mode: PrefixMode): NamesGiven {
  const holders = new Map(known.map((name) => [name.exposed, keyOf(name)]))
  const before = new Map(known.map((name) => [keyOf(name), name.exposed]))
  const sorted = entries.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  const offers = new Map<string, number>()
  for (const { label, original } of sorted) {
    const plain = plainName(label, original)
    offers.set(plain, (offers.get(plain) ?? 0) + 1)
  }
  const names: GivenName[] = []
  const fresh: GivenName[] = []
  const collisions: NameCollision[] = []

  const wish = (entry: Nameable): string => {
    if (mode === 'never') return plainName(entry.label, entry.original)
    if (mode === 'always') return prefixedName(entry.label, entry.original)
    const plain = plainName(entry.label, entry.original)
    return offers.get(plain) === 1 && !holders.has(plain) ? plain : prefixedName(entry.label, entry.original)
  }
  const take = (entry: Nameable, exposed: string): boolean => {
    const holder = holders.get(exposed)
    if (holder !== undefined && holder !== keyOf(entry)) {
      const [label = '', original = ''] = holder.split('\0')
      collisions.push({ exposed, label: entry.label, original: entry.original, holder: `${label}: ${original}` })
      return false
    }
    holders.set(exposed, keyOf(entry))
    names.push({ ...entry, exposed })
    return true
  }

  for (const entry of sorted) if (entry.as !== undefined) take(entry, entry.as)
  for (const entry of sorted) {
    if (entry.as !== undefined) continue
    const given = before.get(keyOf(entry))
    const exposed = given ?? wish(entry)
    if (take(entry, exposed) && given === undefined) fresh.push({ ...entry, exposed })
  }
  return { names, fresh, collisions }
}
