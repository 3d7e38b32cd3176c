import { randomUUID } from 'node:crypto'
import { errorCode } from '@nexus/plugin-api'
import { cloneServerRequest, importRequest, virtualServerChange, virtualServerRequest } from '../../contract/schemas.ts'
import type { Principal } from '../../identity/principal.ts'
import type { PolicyPort } from '../../policy/decide.ts'
import type { Store } from '../../store/store.ts'
import type { VirtualServerDefinition, VirtualServerRow } from '../../store/virtual-server-row.ts'
import { gatewayError } from '../errors.ts'
import type { ChangeHub } from '../router/change-hub.ts'
import { type Selection, selectionOf } from '../router/selection.ts'
import type { Problem } from '../router/view.ts'
import { type RoomMarks, watchRoomMarks } from '../room-marks.ts'
import type { Views } from '../router/views.ts'
import type { UpstreamTable } from '../upstream/upstream.ts'
import type { CallRates } from './call-rates.ts'
import { checkPicks, parseRequest } from './check-request.ts'
import { definitionOf, withoutRow } from './definition.ts'
import { namedPicks } from './pick-entries.ts'
import { previewView, type ServerPreview } from './preview-server.ts'
import { readServerYaml, writeServerYaml } from './server-yaml.ts'

/** What a virtual server offers, before anybody's rights are looked at, and what does not work. */
export interface VirtualServerPreview {
  readonly effective: readonly { readonly exposed: string; readonly upstream: string; readonly tool: string }[]
  readonly offers: {
    readonly tools: number
    readonly prompts: number
    readonly resources: number
    readonly resourceTemplates: number
  }
  readonly problems: readonly Problem[]
}

export interface ImportedServer {
  readonly row: VirtualServerRow
  readonly created: boolean
  /** Labels in the file that no upstream of the workspace has. */
  readonly missing: readonly string[]
}

export interface VirtualServersOptions {
  readonly store: Pick<Store, 'virtualServers' | 'roomMarks'>
  readonly views: Views
  readonly hub: ChangeHub
  readonly upstreams: Pick<UpstreamTable, 'list'>
  readonly policy: Pick<PolicyPort, 'isVisible'>
  readonly rates: CallRates
  /** How often to look for changes that other nodes made. */
  readonly marksMs?: number
}

/** Named selections of tools, prompts and resources, made and changed while the host runs, on this node or another. */
export class VirtualServers implements Disposable {
  readonly #options: VirtualServersOptions
  readonly #rows: Store['virtualServers']
  readonly #selections = new Map<string, Selection>()
  readonly #marks: RoomMarks

  constructor(options: VirtualServersOptions) {
    this.#options = options
    this.#rows = options.store.virtualServers
    const heard = (workspaceId: string) => void this.#readAgain(workspaceId)
    this.#marks = watchRoomMarks(options.store.roomMarks, 'servers', heard, options.marksMs)
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
    const asked = definitionOf(parseRequest(virtualServerRequest, request))
    checkPicks(asked)
    return await this.#insert(workspaceId, asked)
  }

  /** A server like `name`, under another name. */
  async clone(workspaceId: string, name: string, request: unknown): Promise<VirtualServerRow> {
    const asked = parseRequest(cloneServerRequest, request)
    const like = withoutRow(await this.get(workspaceId, name))
    return await this.#insert(workspaceId, { ...like, name: asked.name, title: asked.title ?? like.title })
  }

  /**
   * Connected clients are told. Fails with `VIRTUAL_SERVER_CHANGED` when the change was made for another revision than
   * the one that is stored.
   */
  async update(workspaceId: string, name: string, change: unknown): Promise<VirtualServerRow> {
    const { revision, ...asked } = parseRequest(virtualServerChange, change)
    const before = await this.get(workspaceId, name)
    if (revision !== undefined && revision !== before.revision) throw changedMeanwhile(before)
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
    const definition: VirtualServerDefinition = { ...withoutRow(before), ...JSON.parse(JSON.stringify(given)) }
    checkPicks(definition)
    return await this.#replace(before, definition)
  }

  /** Sessions of the server end with their next request. */
  async remove(workspaceId: string, name: string): Promise<void> {
    const row = await this.get(workspaceId, name)
    const selection = this.#selections.get(name) ?? selectionOf(row)
    await this.#rows.remove(row.id)
    this.#selections.delete(name)
    this.#options.views.forget(selection)
    this.#options.rates.forget(row.id)
    this.#marks.changed(workspaceId)
  }

  /** The server as a YAML file. */
  export(row: VirtualServerRow): string {
    return writeServerYaml(withoutRow(row))
  }

  /** Fails with `VIRTUAL_SERVER_YAML`, and with `VIRTUAL_SERVER_TAKEN` when there is such a server and it may not be replaced. */
  async import(workspaceId: string, request: unknown): Promise<ImportedServer> {
    const { yaml, name, replace } = parseRequest(importRequest, request)
    const read = readServerYaml(yaml)
    const definition = name === undefined ? read : { ...read, name }
    const before = replace ? await this.#rows.byName(definition.name) : undefined
    const known = before?.workspaceId === workspaceId ? before : undefined
    const row =
      known === undefined ? await this.#insert(workspaceId, definition) : await this.#replace(known, definition)
    return { row, created: known === undefined, missing: this.#missingLabels(row) }
  }

  async preview(row: VirtualServerRow): Promise<VirtualServerPreview> {
    const view = await this.#options.views.get(this.#selections.get(row.name) ?? this.#remember(row))
    return {
      effective: view.tools.map(({ exposed, upstream, original }) => ({
        exposed,
        upstream: upstream.label,
        tool: original,
      })),
      offers: {
        tools: view.tools.length,
        prompts: view.prompts.length,
        resources: view.resources.length,
        resourceTemplates: view.templates.length,
      },
      problems: view.problems,
    }
  }

  /** What `principal` would see of a draft: nothing is saved, and no name given for good. */
  async previewDraft(workspaceId: string, draft: unknown, principal: Principal): Promise<ServerPreview> {
    const asked = definitionOf(parseRequest(virtualServerRequest, draft))
    checkPicks(asked)
    const saved = await this.#rows.byName(asked.name)
    // Names that a saved server has given stay with it, and so they do in its draft.
    const id = saved?.workspaceId === workspaceId ? saved.id : 'draft'
    const now = new Date()
    const row: VirtualServerRow = { ...asked, id, workspaceId, revision: 1, createdAt: now, updatedAt: now }
    return previewView(this.#options.policy, principal, await this.#options.views.draft(selectionOf(row)))
  }

  /** The selection behind a path, whatever the workspace. */
  async find(name: string): Promise<Selection | undefined> {
    const row = this.#selections.has(name) ? undefined : await this.#rows.byName(name)
    // Somebody may have changed it meanwhile: what is remembered is newer than what was read.
    return this.#selections.get(name) ?? (row === undefined ? undefined : this.#remember(row))
  }

  /** The same without asking the store; `undefined` when it was never asked for or is gone. */
  current(name: string): Selection | undefined {
    return this.#selections.get(name)
  }

  [Symbol.dispose](): void {
    this.#marks[Symbol.dispose]()
  }

  /** Another node changed servers of the workspace: those that are in use here are compared with what is stored. */
  async #readAgain(workspaceId: string): Promise<void> {
    const used = [...this.#selections.values()].filter((selection) => selection.workspaceId === workspaceId)
    const rows = await this.#rows.ofWorkspace(workspaceId).catch((): readonly VirtualServerRow[] => [])
    const stored = new Map(rows.map((row) => [row.name, row]))
    for (const selection of used) {
      const { server } = selection
      // Not if it was changed here meanwhile: what is remembered is newer than what was read.
      if (server === undefined || this.#selections.get(server.name) !== selection) continue
      const row = stored.get(server.name)
      if (row?.id === server.id && row.revision <= server.revision) continue
      this.#options.views.forget(selection)
      this.#selections.delete(server.name)
      // One that could not be read is asked for with the next request.
      if (row !== undefined) this.#options.hub.selectionChanged(this.#remember(row))
    }
  }

  #remember(row: VirtualServerRow): Selection {
    const selection = selectionOf(row)
    this.#selections.set(row.name, selection)
    return selection
  }

  async #insert(workspaceId: string, definition: VirtualServerDefinition): Promise<VirtualServerRow> {
    const now = new Date()
    const row: VirtualServerRow = {
      ...definition,
      id: randomUUID(),
      workspaceId,
      revision: 1,
      createdAt: now,
      updatedAt: now,
    }
    try {
      await this.#rows.insert(row)
    } catch (error) {
      if (errorCode(error) !== 'STORE_CONFLICT') throw error
      const problem = `Expected a new name, found a virtual server named \`${row.name}\`.`
      throw gatewayError('VIRTUAL_SERVER_TAKEN', problem, { cause: error })
    }
    this.#remember(row)
    this.#marks.changed(workspaceId)
    return row
  }

  async #replace(before: VirtualServerRow, definition: VirtualServerDefinition): Promise<VirtualServerRow> {
    const { id, workspaceId, name, revision, createdAt } = before
    const row: VirtualServerRow = {
      ...definition,
      id,
      workspaceId,
      name,
      revision: revision + 1,
      createdAt,
      updatedAt: new Date(),
    }
    if (!(await this.#rows.replace(row, revision))) throw changedMeanwhile(before)
    this.#options.views.forget(selectionOf(before))
    this.#options.hub.selectionChanged(this.#remember(row))
    this.#marks.changed(workspaceId)
    return row
  }

  #missingLabels(row: VirtualServerRow): readonly string[] {
    const labels = new Set(this.#options.upstreams.list(row.workspaceId).map(({ label }) => label))
    const named = new Set([...row.tools, ...namedPicks(row)].map(({ upstream }) => upstream))
    return [...named.difference(labels)].toSorted()
  }
}

function changedMeanwhile({ name, revision }: VirtualServerRow) {
  return gatewayError(
    'VIRTUAL_SERVER_CHANGED',
    `Expected \`${name}\` as it was when you opened it, found that somebody changed it meanwhile. Load it again and repeat your change.`,
    { details: { revision } },
  )
}
