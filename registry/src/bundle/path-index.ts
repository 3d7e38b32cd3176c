import { bundleError } from './errors.ts'
import { foldPath, requireComposed } from './safe-path.ts'

interface Known {
  readonly path: string
  readonly kind: 'file' | 'folder'
  readonly explicit: boolean
}

/** Remembers every path of a bundle; refuses two entries that any file system would take for one. */
export class PathIndex {
  readonly #known = new Map<string, Known>()
  readonly #folders = new Set<string>()

  /** Paths that are known, with the folders that others imply. */
  get size(): number {
    return this.#known.size
  }

  add(path: string, kind: 'file' | 'folder'): void {
    // From the inside out: above a known folder everything is known.
    for (let folder = parentOf(path); folder !== '' && !this.#folders.has(folder); folder = parentOf(folder)) {
      this.#put({ path: folder, kind: 'folder', explicit: false })
      this.#folders.add(folder)
    }
    this.#put({ path, kind, explicit: true })
  }

  /** To be called when every path is known: what collides with another is called that, not odd by itself. */
  requireComposedPaths(): void {
    for (const { path } of this.#known.values()) requireComposed(path)
  }

  #put(entry: Known): void {
    const fold = foldPath(entry.path)
    const known = this.#known.get(fold)
    if (known === undefined) {
      this.#known.set(fold, entry)
      return
    }
    const sameFolder = known.path === entry.path && known.kind === 'folder' && entry.kind === 'folder'
    if (!sameFolder || (known.explicit && entry.explicit)) {
      throw bundleError(
        'BUNDLE_DUPLICATE',
        'Expected each path once, also where case and Unicode form do not count; found one twice.',
      )
    }
    if (entry.explicit) this.#known.set(fold, entry)
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}
