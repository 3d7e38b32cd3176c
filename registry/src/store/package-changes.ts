/** What changed: what clients see of the package, or only how often it was downloaded. */
export type PackageChange = 'document' | 'downloads'

/** Tells whoever keeps something about packages in memory which of them changed. One process owns the data folder. */
export interface PackageChanges {
  /** Call it after the transaction that changed the package. */
  announce(packageName: string, change?: PackageChange): void
  /** Listeners run at once, in the order in which they came; they must not throw. */
  listen(listener: (packageName: string, change: PackageChange) => void): void
}

export function createPackageChanges(): PackageChanges {
  const listeners: ((packageName: string, change: PackageChange) => void)[] = []
  return {
    announce(packageName, change = 'document') {
      for (const listener of listeners) listener(packageName, change)
    },
    listen(listener) {
      listeners.push(listener)
    },
  }
}
