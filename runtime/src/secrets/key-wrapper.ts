/** Wraps data keys under a key that stays outside the database: a local key here, Vault's transit engine elsewhere. */
export interface KeyWrapper {
  /** Which key-encryption key this is; stored beside every wrapped data key. */
  readonly keyId: string
  wrap(workspaceId: string, dataKey: Buffer): Promise<string>
  /** Fails with `SECRETS_WRONG_KEY` when the data key was not wrapped with this key for this workspace. */
  unwrap(workspaceId: string, wrapped: string): Promise<Buffer>
}
