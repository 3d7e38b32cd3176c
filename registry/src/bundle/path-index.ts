import { bundleError } from './errors.ts'
import { foldPath } from './safe-path.ts'

interface Known {
  readonly path: string
  readonly kind: 'file' | 'folder'
  readonly explicit: boolean
}

/** Remembers every path of a bundle; refuses two entries that any file system would take for one. */
export class PathIndex {
  readonly #known = new Map<string, Known>()

  add(path: string, kind: 'file' | 'folder'): void {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      this.#put({ path: path.slice(0, slash), kind: 'folder', explicit: false })
    }
    this.#put({ path, kind, explicit: true })
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
