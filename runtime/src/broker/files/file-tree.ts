import { randomUUID } from 'node:crypto'
import { type Stats, constants } from 'node:fs'
import { lstat, open, opendir, rename, rmdir, unlink } from 'node:fs/promises'
import { errorCode } from '@nexus/plugin-api'
import { brokerError } from '../errors.ts'
import { MAX_FILE_READ_BYTES, MAX_FOLDER_ENTRIES } from '../limits.ts'
import { explainFileError } from './explain-file-error.ts'
import { isFileName } from './file-path.ts'
import { type OpenFolder, openBelow } from './open-folder.ts'

export type FileKind = 'file' | 'folder' | 'other'

/** What is known of one entry. Links, devices and sockets are `other`: they can be seen and not used. */
export interface FileFacts {
  readonly kind: FileKind
  /** 0 for anything but files. */
  readonly bytes: number
  /** ISO 8601. */
  readonly modifiedAt: string
}

export interface FileEntry {
  readonly name: string
  readonly kind: FileKind
}

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** Reads `length` bytes from `offset`, or fewer where the file ends. */
export async function readBelow(
  root: string,
  names: readonly string[],
  range: { readonly offset: number; readonly length: number | undefined },
): Promise<Buffer> {
  await using folder = await openBelow(root, names.slice(0, -1))
  const path = folder.at(lastOf(names))
  // Opening a device or a pipe may do something: it is looked at first, and again once it is open.
  onlyFile(await explainFileError(lstat(path)))
  await using file = await explainFileError(open(path, READ))
  const facts = onlyFile(await file.stat())
  const length = range.length ?? Math.max(0, facts.size - range.offset)
  if (length > MAX_FILE_READ_BYTES) {
    throw brokerError(
      'FILE_TOO_LARGE',
      `Expected at most ${MAX_FILE_READ_BYTES} bytes in one read, found ${length}. Read it in pieces, with offset and length.`,
    )
  }
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, range.offset)
  return buffer.subarray(0, bytesRead)
}

/**
 * Writes a whole file: beside it first, then in its place, so that nobody ever reads half of one. `permit` is told the
 * file that is there, if any, and may throw.
 */
export async function writeBelow(
  folder: OpenFolder,
  name: string,
  content: Uint8Array,
  permit: (old: Stats | undefined) => void,
): Promise<void> {
  const path = folder.at(name)
  const old = await statOf(path)
  if (old !== undefined) onlyFile(old)
  permit(old)
  const temporary = folder.at(`.nexus-${randomUUID()}.tmp`)
  const file = await explainFileError(open(temporary, CREATE, old === undefined ? 0o600 : old.mode & 0o777))
  try {
    await file.writeFile(content)
    await file.close()
    await explainFileError(rename(temporary, path))
  } catch (error) {
    await file.close().catch(() => undefined)
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** Removes a file, a link (never what it leads to) or an empty folder. `undefined` when there was nothing. */
export async function removeBelow(folder: OpenFolder, name: string): Promise<Stats | undefined> {
  const path = folder.at(name)
  const old = await statOf(path)
  if (old === undefined) return undefined
  await explainFileError(old.isDirectory() ? rmdir(path) : unlink(path))
  return old
}

/** Entries in code-unit order. Names that no path can hold are left out. */
export async function listBelow(root: string, names: readonly string[]): Promise<readonly FileEntry[]> {
  await using folder = await openBelow(root, names)
  const entries: FileEntry[] = []
  for await (const entry of await explainFileError(opendir(folder.path))) {
    if (!isFileName(entry.name)) continue
    if (entries.length === MAX_FOLDER_ENTRIES) {
      throw brokerError(
        'FILE_TOO_LARGE',
        `Expected at most ${MAX_FOLDER_ENTRIES} entries in a folder, found more. Use folders within it.`,
      )
    }
    entries.push({ name: entry.name, kind: kindOf(entry) })
  }
  return entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

export async function statBelow(root: string, names: readonly string[]): Promise<FileFacts> {
  await using folder = await openBelow(root, names.slice(0, -1))
  const facts = await explainFileError(lstat(names.length === 0 ? `${folder.path}/.` : folder.at(lastOf(names))))
  const kind = kindOf(facts)
  return { kind, bytes: kind === 'file' ? facts.size : 0, modifiedAt: facts.mtime.toISOString() }
}

export function lastOf(names: readonly string[]): string {
  const last = names.at(-1)
  if (last !== undefined) return last
  throw brokerError('FILE_KIND', 'Expected the path of a file, found that of a root.')
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): FileKind {
  if (entry.isFile()) return 'file'
  return entry.isDirectory() ? 'folder' : 'other'
}

function onlyFile(facts: Stats): Stats {
  if (facts.isFile()) return facts
  if (facts.isDirectory()) throw brokerError('FILE_KIND', 'Expected a file, found a folder.')
  throw brokerError('FILE_DENIED', 'Expected a file, found a link or a special file. These are not opened.')
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
