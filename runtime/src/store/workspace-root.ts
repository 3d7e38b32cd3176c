import type { Rows } from './store.ts'

/** A folder of the host that plugins of the workspace see as `$workspace/<name>`. */
export interface WorkspaceRootRow {
  readonly workspaceId: string
  readonly name: string
  /** Real, absolute path. */
  readonly path: string
  readonly access: 'read' | 'read-write'
  readonly createdAt: Date
}

export interface WorkspaceRootRows extends Rows<WorkspaceRootRow, Pick<WorkspaceRootRow, 'workspaceId' | 'name'>> {
  ofWorkspace(workspaceId: string): Promise<readonly WorkspaceRootRow[]>
}
