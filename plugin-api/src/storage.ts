import type { JsonValue } from './json.ts'

/** A value of the storage and the write that made it. */
export interface VersionedValue {
  readonly value: JsonValue
  /** Changes with every write of the key and never comes back, not even after the key was deleted. */
  readonly version: number
}

/**
 * Private key-value storage of this installation, shared by all its sandboxes. Keys: 1 to 512 characters of well-formed
 * text without NUL, kept exactly as they are. Values: JSON up to 256 KiB. Fails with `STORAGE_QUOTA` when the
 * installation's quota (`storageBytes`: bytes of keys and values, and 32 for each key) is used up.
 */
export interface Storage {
  get(key: string): Promise<JsonValue | undefined>
  set(key: string, value: JsonValue): Promise<void>
  /** False when there was no such key. */
  delete(key: string): Promise<boolean>
  /** Keys with the prefix in code-point order, at most `limit` (default 100, at most 1000), after `after`. */
  list(options?: {
    readonly prefix?: string
    readonly after?: string
    readonly limit?: number
  }): Promise<readonly string[]>
  /** Like `get`, with the version that `compareAndSet` wants to know. */
  getVersioned(key: string): Promise<VersionedValue | undefined>
  /**
   * Sets the value, or deletes the key when `value` is `undefined`, only if the key still has the version `expected`;
   * `undefined` expects that there is no such key. Atomic. False, and nothing written, when it is another version.
   */
  compareAndSet(key: string, expected: number | undefined, value: JsonValue | undefined): Promise<boolean>
  /**
   * Changes one key as a transaction: `change` gets the value that is there and returns the new one, or `undefined` to
   * delete the key. It runs again, with what is there then, when somebody else wrote in between: it should do nothing
   * but compute. Resolves to what was written. Fails with `STORAGE_CONFLICT` after 16 tries.
   *
   * @example
   * await context.storage.update('visits', (visits) => Number(visits ?? 0) + 1)
   */
  update<Value extends JsonValue | undefined>(
    key: string,
    change: (current: JsonValue | undefined) => Value | Promise<Value>,
  ): Promise<Value>
}
