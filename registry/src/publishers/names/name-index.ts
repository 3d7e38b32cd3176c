import type { RegistryStore } from '../../store/open-store.ts'
import { isAtLeast } from '../../store/query.ts'
import { packages } from '../../store/rows/package-rows.ts'
import { publishers } from '../../store/rows/publisher-rows.ts'
import { plugins } from '../../store/rows/release-rows.ts'
import { POPULAR_DOWNLOADS, POPULAR_MS, POPULAR_NAMES } from '../limits.ts'
import { skeletonOf } from './skeleton.ts'

/** Names that are taken, by skeleton: packages as they are, publishers as `@publisher`. */
export interface NameIndex {
  /** Taken names with the skeleton of this one. A name whose publish failed may be among them: ask the store. */
  sameSkeleton(store: RegistryStore, name: string): Promise<readonly string[]>
  /** Names that many people look for. */
  popular(store: RegistryStore): Promise<readonly string[]>
  /** Remembers a name that is about to be taken. */
  add(name: string): void
}

export function createNameIndex(): NameIndex {
  const bySkeleton = new Map<string, Set<string>>()
  let filled: Promise<void> | undefined
  let popular: { readonly at: number; readonly names: Promise<readonly string[]> } | undefined
  const add = (name: string) => {
    const skeleton = skeletonOf(name)
    const names = bySkeleton.get(skeleton)
    if (names === undefined) bySkeleton.set(skeleton, new Set([name]))
    else names.add(name)
  }
  return {
    add,
    async sameSkeleton(store, name) {
      filled ??= fill(store, add).catch((error: unknown) => {
        filled = undefined
        throw error
      })
      await filled
      return [...(bySkeleton.get(skeletonOf(name)) ?? [])]
    },
    popular(store) {
      if (popular === undefined || popular.at + POPULAR_MS < Date.now()) {
        const names = findPopular(store)
        popular = { at: Date.now(), names }
        names.catch(() => (popular = undefined))
      }
      return popular.names
    },
  }
}

/** Once per process; later names come through `add`. */
async function fill(store: RegistryStore, add: (name: string) => void): Promise<void> {
  for (const { name } of await store.database.getRepository(packages).find({ select: { name: true } })) add(name)
  for (const { id } of await store.database.getRepository(publishers).find({ select: { id: true } })) add(`@${id}`)
}

async function findPopular(store: RegistryStore): Promise<readonly string[]> {
  const rows = await store.database.getRepository(plugins).find({
    where: { downloads: isAtLeast(POPULAR_DOWNLOADS) },
    select: { id: true, publisherId: true },
    order: { downloads: 'DESC' },
    take: POPULAR_NAMES,
  })
  return [...new Set(rows.flatMap(({ id, publisherId }) => [`@${id}`, `@${publisherId}`]))]
}
