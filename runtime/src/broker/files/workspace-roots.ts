import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, sep } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import type { AuditTrail } from '../../audit/audit.ts'
import type { Principal } from '../../identity/principal.ts'
import type { WorkspaceRootRow, WorkspaceRootRows } from '../../store/workspace-root.ts'
import { rootError } from './root-errors.ts'

export type RootChange = Pick<WorkspaceRootRow, 'path' | 'access'>

/** The folders of the host that plugins of a workspace see as `$workspace/<name>`. */
export interface WorkspaceRoots {
  list(workspaceId: string): Promise<readonly WorkspaceRootRow[]>
  /** Gives a folder, or changes one that was given. Host admins only: it is the operator's machine that is opened. */
  put(principal: Principal, name: string, change: RootChange, requestId: string): Promise<WorkspaceRootRow>
  /** False when there was none of that name. */
  remove(principal: Principal, name: string, requestId: string): Promise<boolean>
}

export interface WorkspaceRootsOptions {
  readonly rows: WorkspaceRootRows
  readonly audit: Pick<AuditTrail, 'record'>
  /** The host's own folder, which is never given: it holds keys and databases. */
  readonly dataDir: string
}

const ROOT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/
// What the system keeps there is no file, or opens the machine.
const SYSTEM = ['/proc', '/sys', '/dev', '/run', '/etc', '/boot']
// Where people keep what opens other machines.
const KEYS: ReadonlySet<string> = new Set(['.ssh', '.gnupg', '.aws', '.kube', '.docker'])

export function createWorkspaceRoots({ rows, audit, dataDir }: WorkspaceRootsOptions): WorkspaceRoots {
  const record = (principal: Principal, action: string, name: string, requestId: string, details: object): void =>
    audit.record({
      workspaceId: principal.workspaceId,
      actor: principal.id,
      action,
      target: name,
      outcome: 'ok',
      requestId,
      details: { ...details },
    })
  return {
    list: (workspaceId) => rows.ofWorkspace(workspaceId),
    async put(principal, name, { path, access }, requestId) {
      requireHostAdmin(principal)
      if (!ROOT_NAME.test(name)) {
        throw rootError(
          'ROOT_INVALID',
          'Expected a name of 1 to 40 lower-case letters, digits and hyphens, found another.',
        )
      }
      const real = await realFolder(path)
      await refuseOwnPlaces(real, dataDir)
      const key = { workspaceId: principal.workspaceId, name }
      const known = await rows.get(key)
      const row = { ...key, path: real, access, createdAt: known?.createdAt ?? new Date() }
      if (known === undefined) await rows.insert(row)
      else await rows.update(key, { path: real, access })
      record(principal, 'workspace.root-given', name, requestId, { path: real, access })
      return row
    },
    async remove(principal, name, requestId) {
      requireHostAdmin(principal)
      const removed = await rows.remove({ workspaceId: principal.workspaceId, name })
      if (removed) record(principal, 'workspace.root-taken', name, requestId, {})
      return removed
    },
  }
}

function requireHostAdmin(principal: Principal): void {
  if (principal.roles.includes('admin') && principal.permissions.has('users:manage')) return
  throw rootError('ROOT_FORBIDDEN', 'Expected a host admin, found somebody else. Ask a host admin.')
}

/** The path with all links resolved, so that a link that is changed later leads nowhere. */
async function realFolder(path: string): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw rootError('ROOT_INVALID', 'Expected an absolute path of a folder on the host, found another text.')
  }
  try {
    const real = await realpath(path)
    if ((await stat(real)).isDirectory()) return real
  } catch (error) {
    throw rootError('ROOT_INVALID', `Expected a folder that the host can open, found ${errorCode(error) ?? 'none'}.`, {
      cause: error,
    })
  }
  throw rootError('ROOT_INVALID', 'Expected a folder, found something else.')
}

async function refuseOwnPlaces(path: string, dataDir: string): Promise<void> {
  const own = await realpath(dataDir)
  const isSystem = path === sep || SYSTEM.some((place) => isBelow(path, place))
  const holdsKeys = path.split(sep).some((part) => KEYS.has(part))
  if (!isSystem && !holdsKeys && !isBelow(path, own) && !isBelow(own, path)) return
  throw rootError(
    'ROOT_INVALID',
    'Expected a folder of its own for plugins, found one that holds the system, keys or the data of Nexus. Choose another.',
  )
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
