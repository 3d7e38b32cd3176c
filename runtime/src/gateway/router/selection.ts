import type { VirtualServerRow } from '../../store/virtual-server-row.ts'
import { compileGlob } from '../virtual/match-glob.ts'
import type { PrefixMode } from './expose-name.ts'

/** What a server takes from the upstreams of its workspace. */
export interface Selection {
  readonly workspaceId: string
  /** Names are given once within a scope. A change of the prefix mode opens a new one. */
  readonly scope: string
  readonly prefixMode: PrefixMode
  readonly instructions: string | undefined
  /** `undefined` for the workspace's own server: everything of every upstream. */
  readonly server: VirtualServerRow | undefined
}

export const ALL_OF_IT = '*'

export function defaultSelection(workspaceId: string): Selection {
  return { workspaceId, scope: 'default', prefixMode: 'conditional', instructions: undefined, server: undefined }
}

export function selectionOf(row: VirtualServerRow): Selection {
  return {
    workspaceId: row.workspaceId,
    scope: `${row.id}:${row.prefixMode}`,
    prefixMode: row.prefixMode,
    instructions: row.description === '' ? undefined : row.description,
    server: row,
  }
}

/** Whether anything of the upstream with this label may belong to the selection, now or later. */
export function takesAny({ server }: Selection, label: string): boolean {
  if (server === undefined) return true
  const named = (pick: { readonly upstream: string }) => pick.upstream === label
  return (
    server.tools.some(named) ||
    server.prompts.some(named) ||
    server.resources.some(named) ||
    server.resourceTemplates.some(named) ||
    server.include.some(({ upstream }) => upstream === undefined || compileGlob(upstream)(label))
  )
}
