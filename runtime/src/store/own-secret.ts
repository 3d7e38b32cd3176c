import type { Rows } from './store.ts'

/** A secret that a person keeps for calls of their own. */
export interface OwnSecretRow {
  readonly workspaceId: string
  /** A user's id, or the id of a principal without one. */
  readonly ownerId: string
  readonly name: string
  readonly version: number
  /** AES-256-GCM under the workspace's data key; AAD = workspace/owner/own/name/version. */
  readonly sealed: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface OwnSecretRows extends Rows<OwnSecretRow, Pick<OwnSecretRow, 'workspaceId' | 'ownerId' | 'name'>> {
  ofOwner(workspaceId: string, ownerId: string): Promise<readonly OwnSecretRow[]>
  /** Writes the new version when the stored one is still `expectedVersion`; says whether it was. */
  replace(row: OwnSecretRow, expectedVersion: number): Promise<boolean>
}
