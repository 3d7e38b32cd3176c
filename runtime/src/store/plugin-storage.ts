/** A value of a plugin's storage and the write that made it. */
export interface VersionedValue {
  /** JSON text. */
  readonly value: string
  /** No other write of this installation ever has the same. */
  readonly version: number
}

/** The private key-value stores of plugins, one per installation. Keys as `storage-key.ts` allows them. */
export interface PluginStorage {
  get(installationId: string, key: string): Promise<string | undefined>
  getVersioned(installationId: string, key: string): Promise<VersionedValue | undefined>
  /** Fails with `STORE_QUOTA` when all keys and values together would pass `quotaBytes`; nothing is written then. */
  set(workspaceId: string, installationId: string, key: string, value: string, quotaBytes: number): Promise<void>
  /**
   * Writes, or without a value removes, only when the version of the key is still the expected one; `undefined`
   * expects that there is no such key. False when it is another; nothing is written then.
   */
  compareAndSet(
    workspaceId: string,
    installationId: string,
    key: string,
    expected: number | undefined,
    value: string | undefined,
    quotaBytes: number,
  ): Promise<boolean>
  delete(installationId: string, key: string): Promise<boolean>
  list(installationId: string, prefix: string, after: string, limit: number): Promise<readonly string[]>
  bytes(installationId: string): Promise<number>
  clear(installationId: string): Promise<void>
}
