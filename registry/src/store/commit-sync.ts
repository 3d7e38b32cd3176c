import { type FileHandle, open } from 'node:fs/promises'
import { parseDatabaseUrl } from '../database/location.ts'

/** Waits until what was committed would survive a power cut. */
export interface CommitSync extends AsyncDisposable {
  settle(): Promise<void>
}

/**
 * SQLite's log is synced here, outside of the thread that everybody waits for, and once for all who wait: inside of a
 * commit each would hold up the whole process. PostgreSQL syncs by itself.
 */
export function openCommitSync(databaseUrl: string): CommitSync {
  const location = parseDatabaseUrl(databaseUrl)
  if (location.dialect !== 'sqlite' || location.path === ':memory:') {
    return { settle: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  let log: Promise<FileHandle> | undefined
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const sync = async (): Promise<void> => {
    log ??= open(`${location.path}-wal`, 'r')
    await (await log).datasync()
  }
  const start = (): Promise<void> => {
    next = undefined
    running = sync().finally(() => {
      running = undefined
    })
    return running
  }
  return {
    settle() {
      if (running === undefined) return start()
      // The one that runs may have begun before this commit; all who come meanwhile share the one after it.
      next ??= running.then(start, start)
      return next
    },
    async [Symbol.asyncDispose]() {
      await (await log)?.close()
    },
  }
}
