import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { virtualServerChange, virtualServerRequest } from '../../contract/schemas.ts'
import type { Store, VirtualServerRow } from '../../store/store.ts'
import { gatewayError } from '../errors.ts'
import type { ChangeHub } from '../router/change-hub.ts'
import { type Selection, selectionOf } from '../router/selection.ts'
import type { Problem, View } from '../router/view.ts'
import type { Views } from '../router/views.ts'

/** What clients of a virtual server see, and what does not work. */
export interface VirtualServerPreview {
  readonly effective: readonly { readonly exposed: string; readonly upstream: string; readonly tool: string }[]
  readonly problems: readonly Problem[]
}

/** Named selections of tools, made and changed while the host runs. */
export interface VirtualServers {
  list(workspaceId: string): Promise<readonly VirtualServerRow[]>
  get(workspaceId: string, name: string): Promise<VirtualServerRow>
  create(workspaceId: string, request: unknown): Promise<VirtualServerRow>
  /** Connected clients are told. */
  update(workspaceId: string, name: string, change: unknown): Promise<VirtualServerRow>
  remove(workspaceId: string, name: string): Promise<void>
  preview(row: VirtualServerRow): Promise<VirtualServerPreview>
  /** The selection behind a path, whatever the workspace. */
  find(name: string): Promise<Selection | undefined>
  /** The same without asking the store; `undefined` when it was never asked for or is gone. */
  current(name: string): Selection | undefined
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  throw gatewayError(
    'VIRTUAL_SERVER_INVALID',
    `Expected a valid virtual server, found trouble in: ${errors.map(({ path }) => path || 'the whole').join(', ')}.`,
    { details: { errors } },
  )
}

function assertDistinct(tools: VirtualServerRow['tools']): void {
  const names = new Set<string>()
  const chosen = new Set<string>()
  for (const { upstream, tool, as } of tools) {
    const choice = `${upstream}: ${tool}`
    const twice = chosen.has(choice)
      ? `${choice} twice`
      : as !== undefined && names.has(as)
        ? `the name \`${as}\` twice`
        : undefined
    const renamedAll = tool === '*' && as !== undefined ? `one name for all tools of ${upstream}` : undefined
    const problem = twice ?? renamedAll
    if (problem !== undefined) {
      throw gatewayError('VIRTUAL_SERVER_INVALID', `Expected each tool and each name once, found ${problem}.`, {
        details: { errors: [{ path: 'tools', message: `Found ${problem}.` }] },
      })
    }
    chosen.add(choice)
    if (as !== undefined) names.add(as)
  }
}

function describe(view: View): VirtualServerPreview {
  return {
    effective: view.tools.map(({ exposed, upstream, original }) => ({
      exposed,
      upstream: upstream.label,
      tool: original,
    })),
    problems: view.problems,
  }
}

/** Without members that were not given: `undefined` must not overwrite a column. */
function given<Value extends object>(value: Value): Partial<{ [Key in keyof Value]: Exclude<Value[Key], undefined> }> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<{
    [Key in keyof Value]: Exclude<Value[Key], undefined>
  }>
}

export function createVirtualServers(
  store: Pick<Store, 'virtualServers'>,
  views: Views,
  hub: ChangeHub,
): VirtualServers {
  const rows = store.virtualServers
  const selections = new Map<string, Selection>()

  const remember = (row: VirtualServerRow): Selection => {
    const selection = selectionOf(row)
    selections.set(row.name, selection)
    return selection
  }
  const owned = async (workspaceId: string, name: string): Promise<VirtualServerRow> => {
    const row = await rows.byName(name)
    if (row !== undefined && row.workspaceId === workspaceId) return row
    throw gatewayError(
      'VIRTUAL_SERVER_UNKNOWN',
      `Expected a virtual server of this workspace, found none named \`${name.slice(0, 60)}\`.`,
    )
  }

  return {
    list: (workspaceId) => rows.ofWorkspace(workspaceId),
    get: owned,
    async create(workspaceId, request) {
      const asked = parse(virtualServerRequest, request)
      assertDistinct(asked.tools)
      if ((await rows.byName(asked.name)) !== undefined) {
        throw gatewayError(
          'VIRTUAL_SERVER_TAKEN',
          `Expected a new name, found a virtual server named \`${asked.name}\` already.`,
        )
      }
      const now = new Date()
      const row: VirtualServerRow = { ...asked, id: randomUUID(), workspaceId, createdAt: now, updatedAt: now }
      await rows.insert(row)
      remember(row)
      return row
    },
    async update(workspaceId, name, change) {
      const asked = given(parse(virtualServerChange, change))
      if (asked.tools !== undefined) assertDistinct(asked.tools)
      const before = await owned(workspaceId, name)
      const changed = { ...asked, updatedAt: new Date() }
      await rows.update(before.id, changed)
      const row: VirtualServerRow = { ...before, ...changed }
      hub.selectionChanged(remember(row))
      return row
    },
    async remove(workspaceId, name) {
      const row = await owned(workspaceId, name)
      await rows.remove(row.id)
      const selection = selections.get(name)
      selections.delete(name)
      if (selection !== undefined) views.invalidate(workspaceId)
    },
    preview: async (row) => describe(await views.get(selections.get(row.name) ?? remember(row))),
    async find(name) {
      const known = selections.get(name)
      if (known !== undefined) return known
      const row = await rows.byName(name)
      return row === undefined ? undefined : remember(row)
    },
    current: (name) => selections.get(name),
  }
}
