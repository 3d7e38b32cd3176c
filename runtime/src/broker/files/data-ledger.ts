import { lstat, mkdir, opendir, realpath, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { FILE_ENTRY_BYTES } from '../limits.ts'
import { TEMPORARY } from './file-path.ts'

/** An installation's folder behind `$data` while one caller changes it. */
export interface DataAccount {
  /** Real path of the folder. */
  readonly folder: string
  /** Bytes of all files, and what files and folders weigh besides. */
  readonly used: number
  add(bytes: number): void
}

/** The private folders of all installations, below one folder of the host, and what they weigh. */
export interface DataLedger {
  /** Real path of the installation's folder, which is made when it is missing. */
  folderOf(installationId: string): Promise<string>
  /** Runs `change` when nobody else changes the folder. */
  change<Result>(installationId: string, change: (account: DataAccount) => Promise<Result>): Promise<Result>
  usedBytes(installationId: string): Promise<number>
  remove(installationId: string): Promise<void>
}

interface Entry {
  used: number | undefined
  /** Settles, never rejects, when the last change is done. */
  last: Promise<unknown>
}

export function createDataLedger(root: string): DataLedger {
  const entries = new Map<string, Entry>()
  const entryOf = (installationId: string): Entry => {
    const known = entries.get(installationId)
    if (known !== undefined) return known
    const entry: Entry = { used: undefined, last: Promise.resolve() }
    entries.set(installationId, entry)
    return entry
  }
  const placeOf = (installationId: string): string => {
    // An id is the host's own; that it is one name is what everything below relies on.
    if (!/^[\w-]{1,64}$/.test(installationId)) throw new Error('Expected an installation id, found something else.')
    return join(root, installationId)
  }
  const folderOf = async (installationId: string): Promise<string> => {
    const folder = placeOf(installationId)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return realpath(folder)
  }
  const inTurn = <Result>(entry: Entry, work: () => Promise<Result>): Promise<Result> => {
    const result = entry.last.then(work)
    entry.last = result.catch(() => undefined)
    return result
  }
  return {
    folderOf,
    change(installationId, change) {
      const entry = entryOf(installationId)
      return inTurn(entry, async () => {
        const folder = await folderOf(installationId)
        let used = (entry.used ??= await weigh(folder))
        const add = (bytes: number): void => {
          used += bytes
          entry.used = used
        }
        return change({
          folder,
          get used() {
            return used
          },
          add,
        })
      })
    },
    async usedBytes(installationId) {
      const entry = entryOf(installationId)
      return inTurn(entry, async () => (entry.used ??= await weigh(placeOf(installationId))))
    },
    remove(installationId) {
      return inTurn(entryOf(installationId), async () => {
        await rm(placeOf(installationId), { recursive: true, force: true })
        entries.delete(installationId)
      })
    },
  }
}

/** What a folder weighs. Files that a host before this one did not finish are removed on the way. */
async function weigh(folder: string): Promise<number> {
  let total = 0
  const entries = await opendir(folder).catch(absent)
  if (entries === undefined) return 0
  for await (const entry of entries) {
    const path = join(folder, entry.name)
    if (TEMPORARY.test(entry.name)) {
      await unlink(path)
      continue
    }
    total += FILE_ENTRY_BYTES
    if (entry.isDirectory()) total += await weigh(path)
    else total += (await lstat(path)).size
  }
  return total
}

/** An installation that has never written has no folder. */
function absent(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error
  return undefined
}
