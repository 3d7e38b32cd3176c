import type { VirtualServerRow, VirtualTool } from '../../store/store.ts'
import type { PrefixMode } from './expose-name.ts'

/** What a server takes from the upstreams of its workspace. */
export interface Selection {
  readonly workspaceId: string
  /** Names are given once within a scope. A change of the prefix mode opens a new one. */
  readonly scope: string
  readonly prefixMode: PrefixMode
  readonly instructions: string | undefined
  /** `undefined`: everything of every upstream. */
  readonly tools: readonly VirtualTool[] | undefined
}

export const ALL_OF_IT = '*'

export function defaultSelection(workspaceId: string): Selection {
  return { workspaceId, scope: 'default', prefixMode: 'conditional', instructions: undefined, tools: undefined }
}

export function selectionOf(row: VirtualServerRow): Selection {
  return {
    workspaceId: row.workspaceId,
    scope: `${row.id}:${row.prefixMode}`,
    prefixMode: row.prefixMode,
    instructions: row.description === '' ? undefined : row.description,
    tools: row.tools,
  }
}

/** Whether everything of the upstream with this label belongs to the selection. */
export function takesWhole(selection: Selection, label: string): boolean {
  return (
    selection.tools === undefined || selection.tools.some((tool) => tool.upstream === label && tool.tool === ALL_OF_IT)
  )
}

/** Whether anything of the upstream with this label belongs to the selection. */
export function takesAny(selection: Selection, label: string): boolean {
  return selection.tools === undefined || selection.tools.some((tool) => tool.upstream === label)
}

/** The explicit choice of one tool, with its rename and description. */
export function choiceOf(selection: Selection, label: string, tool: string): VirtualTool | undefined {
  return selection.tools?.find((choice) => choice.upstream === label && choice.tool === tool)
}
