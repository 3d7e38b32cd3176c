import type { Store } from '../../store/store.ts'
import { giveNames } from './give-names.ts'
import type { NameGiver } from './merge-view.ts'
import type { Selection } from './selection.ts'

type Names = Pick<Store['exposedNames'], 'ofScope' | 'insert'>

const NONE = { names: [], fresh: [], collisions: [] } as const

/** Gives names for a view that nobody is shown: those that were given before stay, new ones are not remembered. */
export function tryNames(names: Names, { workspaceId, scope, prefixMode }: Selection): NameGiver {
  return async (kind, entries) =>
    entries.length === 0 ? NONE : giveNames(entries, await names.ofScope(workspaceId, kind, scope), prefixMode)
}

/** Gives names of one scope one after the other: two views that are built at once cannot give one name twice. */
export function createNameGiver(names: Names): (selection: Selection) => NameGiver {
  const turns = new Map<string, Promise<unknown>>()
  return (selection) => {
    const { workspaceId, scope } = selection
    const give = tryNames(names, selection)
    return (kind, entries) => {
      const work = async () => {
        const given = await give(kind, entries)
        if (given.fresh.length > 0) {
          await names.insert(
            given.fresh.map(({ label, original, exposed }) => ({ workspaceId, kind, scope, exposed, label, original })),
          )
        }
        return given
      }
      const key = `${workspaceId}\0${scope}`
      const result = (turns.get(key) ?? Promise.resolve()).then(work)
      const turn = result
        .catch(() => undefined)
        .finally(() => {
          if (turns.get(key) === turn) turns.delete(key)
        })
      turns.set(key, turn)
      return result
    }
  }
}
