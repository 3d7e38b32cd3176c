import type { Principal } from '../identity/principal.ts'

/** What people may know of a secret. */
export interface SecretFacts {
  readonly name: string
  /** Grows by one with each new value. */
  readonly version: number
  readonly updatedAt: Date
}

/** Named secrets of workspaces, sealed in the database. Values go in by `put` and come out by `reveal` only. */
export interface Secrets extends Disposable {
  list(workspaceId: string): Promise<readonly SecretFacts[]>
  /** Writes a new version in the principal's workspace. Needs `secrets:manage`. */
  put(principal: Principal, name: string, value: string, requestId: string): Promise<SecretFacts>
  /** False when there was none. Needs `secrets:manage`. */
  remove(principal: Principal, name: string, requestId: string): Promise<boolean>
  /** What somebody keeps for calls of their own, in the principal's workspace. */
  listOwn(principal: Principal): Promise<readonly SecretFacts[]>
  /** Writes a new version of a secret that is used for this person's calls only. Needs no permission. */
  putOwn(principal: Principal, name: string, value: string, requestId: string): Promise<SecretFacts>
  /** False when there was none. */
  removeOwn(principal: Principal, name: string, requestId: string): Promise<boolean>
  /** The plain value of a secret that `owner` keeps, for calls of `owner`; `undefined` when there is none. */
  revealOwn(workspaceId: string, owner: string, name: string): Promise<string | undefined>
  /** The plain value, for the broker. Fails with `SECRETS_NOT_FOUND`. Whoever calls it has checked the grant. */
  reveal(workspaceId: string, name: string): Promise<string>
}
