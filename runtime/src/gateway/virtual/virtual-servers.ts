import { randomUUID } from 'node:crypto'
import { virtualServerChange, virtualServerRequest } from '../../contract/schemas.ts'
import type { Store, VirtualServerRow } from '../../store/store.ts'
import { gatewayError } from '../errors.ts'
import type { ChangeHub } from '../router/change-hub.ts'
import { type Selection, selectionOf } from '../router/selection.ts'
import type { Problem } from '../router/view.ts'
import type { Views } from '../router/views.ts'
import { checkTools, parseRequest } from './check-request.ts'

/** What clients of a virtual server see, and what does not work. */
export interface VirtualServerPreview {
  readonly effective: readonly { readonly exposed: string; readonly upstream: string; readonly tool: string }[]
  readonly problems: readonly Problem[]
}

/** Named selections of tools, made and changed while the host runs. */
export class VirtualServers {
  readonly #rows: Store['virtualServers']
  readonly #views: Views
  readonly #hub: ChangeHub
  readonly #selections = new Map<string, Selection>()

  constructor(store: Pick<Store, 'virtualServers'>, views: Views, hub: ChangeHub) {
    this.#rows = store.virtualServers
    this.#views = views
    this.#hub = hub
  }

  list(workspaceId: string): Promise<readonly VirtualServerRow[]> {
    return this.#rows.ofWorkspace(workspaceId)
  }

  /** Fails with `VIRTUAL_SERVER_UNKNOWN`, for those of other workspaces too. */
  async get(workspaceId: string, name: string): Promise<VirtualServerRow> {
    const row = await this.#rows.byName(name)
    if (row !== undefined && row.workspaceId === workspaceId) return row
    throw gatewayError(
      'VIRTUAL_SERVER_UNKNOWN',
      `Expected a virtual server of this workspace, found none named \`${name.slice(0, 60)}\`.`,
    )
  }

  /** Fails with `VIRTUAL_SERVER_INVALID` or `VIRTUAL_SERVER_TAKEN`. */
  async create(workspaceId: string, request: unknown): Promise<VirtualServerRow> {
    const asked = parseRequest(virtualServerRequest, request)
    checkTools(asked.tools)
    if ((await this.#rows.byName(asked.name)) !== undefined) {
      throw gatewayError('VIRTUAL_SERVER_TAKEN', `Expected a new name, found a virtual server named \`${asked.name}\`.`)
    }
    const now = new Date()
    const row: VirtualServerRow = { ...asked, id: randomUUID(), workspaceId, createdAt: now, updatedAt: now }
    await this.#rows.insert(row)
    this.#remember(row)
    return row
  }

  /** Connected clients are told. */
  async update(workspaceId: string, name: string, change: unknown): Promise<VirtualServerRow> {
    const asked = parseRequest(virtualServerChange, change)
    if (asked.tools !== undefined) checkTools(asked.tools)
    const before = await this.get(workspaceId, name)
    const row: VirtualServerRow = {
      ...before,
      title: asked.title ?? before.title,
      description: asked.description ?? before.description,
      prefixMode: asked.prefixMode ?? before.prefixMode,
      tools: asked.tools ?? before.tools,
      updatedAt: new Date(),
    }
    await this.#rows.update(before.id, row)
    this.#hub.selectionChanged(this.#remember(row))
    return row
  }

  /** Sessions of the server end with their next request. */
  async remove(workspaceId: string, name: string): Promise<void> {
    const row = await this.get(workspaceId, name)
    await this.#rows.remove(row.id)
    this.#selections.delete(name)
    this.#views.invalidate(workspaceId)
  }

  async preview(row: VirtualServerRow): Promise<VirtualServerPreview> {
    const { tools, problems } = await this.#views.get(this.#selections.get(row.name) ?? this.#remember(row))
    return {
      effective: tools.map(({ exposed, upstream, original }) => ({
        exposed,
        upstream: upstream.label,
        tool: original,
      })),
      problems,
    }
  }

  /** The selection behind a path, whatever the workspace. */
  async find(name: string): Promise<Selection | undefined> {
    const known = this.#selections.get(name)
    if (known !== undefined) return known
    const row = await this.#rows.byName(name)
    return row === undefined ? undefined : this.#remember(row)
  }

  /** The same without asking the store; `undefined` when it was never asked for or is gone. */
  current(name: string): Selection | undefined {
    return this.#selections.get(name)
  }

  #remember(row: VirtualServerRow): Selection {
    const selection = selectionOf(row)
    this.#selections.set(row.name, selection)
    return selection
  }
}
