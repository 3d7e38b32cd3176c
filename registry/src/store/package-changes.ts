/** Tells whoever keeps something about packages in memory which of them changed. One process owns the data folder. */
export interface PackageChanges {
  /** Call it after the transaction that changed the package. */
  announce(packageName: string): void
  /** Listeners run at once, in the order in which they came; they must not throw. */
  listen(listener: (packageName: string) => void): void
}

export function createPackageChanges(): PackageChanges {
  const listeners: ((packageName: string) => void)[] = []
  return {
    announce(packageName) {
      for (const listener of listeners) listener(packageName)
    },
    listen(listener) {
      listeners.push(listener)
    },
  }
}
