import { brokerError } from '../errors.ts'
import { FILE_ENTRY_BYTES } from '../limits.ts'
import { type DataAccount, createDataLedger } from './data-ledger.ts'
import type { FilePath } from './file-path.ts'
import {
  type FileEntry,
  type FileFacts,
  lastOf,
  listBelow,
  readBelow,
  removeBelow,
  statBelow,
  writeBelow,
} from './file-tree.ts'
import { openBelow } from './open-folder.ts'

/** A folder of the host that the operator gave to a workspace: `$workspace/<name>` for its plugins. */
export interface WorkspaceRoot {
  readonly name: string
  /** Real, absolute path. */
  readonly path: string
  readonly access: 'read' | 'read-write'
}

/** Whose files these are. */
export interface FilesOwner {
  readonly id: string
  readonly workspaceId: string
}

/** Refuses, by throwing, when what `$data` would weigh then is too much. */
export type PermitDataBytes = (bytes: number) => void

/** The files behind `$data` and `$workspace`. Grants were checked before anything here is called. */
export interface PluginFiles {
  read(
    owner: FilesOwner,
    path: FilePath,
    range: { readonly offset: number; readonly length: number | undefined },
  ): Promise<Buffer>
  /** Writes the whole file; folders on the way are made. */
  write(owner: FilesOwner, path: FilePath, content: Uint8Array, permit: PermitDataBytes): Promise<void>
  /** False when there was nothing. */
  remove(owner: FilesOwner, path: FilePath): Promise<boolean>
  list(owner: FilesOwner, path: FilePath): Promise<readonly FileEntry[]>
  stat(owner: FilesOwner, path: FilePath): Promise<FileFacts>
  /** What the installation's `$data` weighs. */
  usedBytes(installationId: string): Promise<number>
  /** Deletes the installation's `$data`. */
  forget(installationId: string): Promise<void>
}

export interface PluginFilesOptions {
  /** Folder of the host below which each installation gets its own. */
  readonly folder: string
  roots(workspaceId: string): Promise<readonly WorkspaceRoot[]>
}

export function createPluginFiles({ folder, roots }: PluginFilesOptions): PluginFiles {
  const ledger = createDataLedger(folder)
  const placeOf = async (owner: FilesOwner, { root, names }: FilePath): Promise<Place> => {
    if (root === '$data') return { root: await ledger.folderOf(owner.id), names, access: 'read-write' }
    const [name, ...below] = names
    const found = (await roots(owner.workspaceId)).find((candidate) => candidate.name === name)
    if (found !== undefined) return { root: found.path, names: below, access: found.access }
    throw brokerError(
      'FILE_UNKNOWN',
      'Expected a root that the operator gave to this workspace after `$workspace/`, found none of that name. List `$workspace` for what there is.',
    )
  }
  return {
    async read(owner, path, range) {
      const { root, names } = await placeOf(owner, path)
      return readBelow(root, names, range)
    },
    async write(owner, path, content, permit) {
      if (path.root === '$data') {
        await ledger.change(owner.id, (account) => writeCounted(account, path.names, content, permit))
        return
      }
      const { root, names } = writable(await placeOf(owner, path))
      await using below = await openBelow(root, names.slice(0, -1), () => undefined)
      await writeBelow(below, lastOf(names), content, () => undefined)
    },
    async remove(owner, path) {
      if (path.root === '$data') return ledger.change(owner.id, (account) => removeCounted(account, path.names))
      const { root, names } = writable(await placeOf(owner, path))
      await using below = await openBelow(root, names.slice(0, -1))
      return (await removeBelow(below, lastOf(names))) !== undefined
    },
    async list(owner, path) {
      if (path.root === '$workspace' && path.names.length === 0) {
        return (await roots(owner.workspaceId)).map(({ name }) => ({ name, kind: 'folder' as const }))
      }
      const { root, names } = await placeOf(owner, path)
      return listBelow(root, names)
    },
    async stat(owner, path) {
      const { root, names } = await placeOf(owner, path)
      return statBelow(root, names)
    },
    usedBytes: (installationId) => ledger.usedBytes(installationId),
    forget: (installationId) => ledger.remove(installationId),
  }
}

/** Writes below `$data`: folders that are made on the way and the file itself are asked for before they are there. */
async function writeCounted(
  account: DataAccount,
  names: readonly string[],
  content: Uint8Array,
  permit: PermitDataBytes,
): Promise<void> {
  await using below = await openBelow(account.folder, names.slice(0, -1), (missing) => {
    permit(account.used + missing * FILE_ENTRY_BYTES)
    account.add(missing * FILE_ENTRY_BYTES)
  })
  let difference = 0
  await writeBelow(below, lastOf(names), content, (old) => {
    difference = content.byteLength - (old === undefined ? -FILE_ENTRY_BYTES : old.size)
    if (difference > 0) permit(account.used + difference)
  })
  account.add(difference)
}

async function removeCounted(account: DataAccount, names: readonly string[]): Promise<boolean> {
  await using below = await openBelow(account.folder, names.slice(0, -1))
  const old = await removeBelow(below, lastOf(names))
  if (old !== undefined) account.add(-FILE_ENTRY_BYTES - (old.isDirectory() ? 0 : old.size))
  return old !== undefined
}

/** Where a path leads: names below the real path of a root. */
interface Place {
  readonly root: string
  readonly names: readonly string[]
  readonly access: WorkspaceRoot['access']
}

function writable(place: Place): Place {
  if (place.access === 'read-write') return place
  throw brokerError('FILE_DENIED', 'Expected a root that the operator opened for writing, found one for reading only.')
}
