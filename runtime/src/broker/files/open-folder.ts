import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { brokerError } from '../errors.ts'
import { explainFileError } from './explain-file-error.ts'

/**
 * A folder that is open. On Linux everything is done through its descriptor, one name at a time and without following
 * links: whoever renames or replaces a folder meanwhile changes nothing about where it happens.
 */
export interface OpenFolder extends AsyncDisposable {
  /** Path of this very folder. */
  readonly path: string
  /** Path of the entry `name`; the name itself is the only part that may still be a link. */
  at(name: string): string
}

const hasDescriptorPaths = process.platform === 'linux'
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** Opens a root, given as the real path it had when it was chosen. Refuses one that has become a link since. */
export async function openRoot(path: string): Promise<OpenFolder> {
  const folder = await openOne(path)
  const real = await (hasDescriptorPaths ? readlink(folder.path) : realpath(path))
  if (real === path) return folder
  await folder[Symbol.asyncDispose]()
  throw brokerError('FILE_DENIED', 'Expected the folder that was given as a root, found that it is elsewhere now.')
}

/**
 * Opens the folder that `names` lead to, below `root`. With `make`, folders that are missing are made, after it was told
 * how many these are; it may throw.
 */
export async function openBelow(
  root: string,
  names: readonly string[],
  make?: (missing: number) => void,
): Promise<OpenFolder> {
  let folder = await openRoot(root)
  let announced = false
  for (const [index, name] of names.entries()) {
    await using parent = folder
    if (make !== undefined && (await isMissing(parent.at(name)))) {
      // From the first missing folder on, all are missing.
      if (!announced) make(names.length - index)
      announced = true
      await makeFolder(parent.at(name))
    }
    folder = await openOne(parent.at(name))
  }
  return folder
}

async function openOne(path: string): Promise<OpenFolder> {
  try {
    return folderOf(await explainFileError(open(path, FOLDER)), path)
  } catch (error) {
    // Without following it, a link is no folder: the difference matters to whoever reads the audit trail.
    if (errorCode(error) !== 'FILE_KIND' || !(await lstat(path)).isSymbolicLink()) throw error
    throw brokerError('FILE_DENIED', 'Expected a folder, found a link. Links are not followed.', { cause: error })
  }
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return false
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true
    throw error
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, 0o700)
  } catch (error) {
    // Somebody else made it in between; whether it is a folder shows when it is opened.
    if (errorCode(error) !== 'EEXIST') await explainFileError(Promise.reject(error))
  }
}

function folderOf(handle: FileHandle, path: string): OpenFolder {
  const own = hasDescriptorPaths ? `/proc/self/fd/${handle.fd}` : path
  return { path: own, at: (name) => join(own, name), [Symbol.asyncDispose]: () => handle.close() }
}
