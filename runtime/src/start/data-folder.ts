import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { startError } from './errors.ts'

/** The host's folder, held by this process until disposed. */
export interface DataFolder extends AsyncDisposable {
  readonly path: string
}

/** Creates the folder if needed, proves that it can be written, and takes its lock. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const lock = join(path, 'host.lock')
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await writeFile(join(path, '.writable'), '')
    await rm(join(path, '.writable'))
  } catch (cause) {
    throw startError(
      'DATA_FOLDER_UNUSABLE',
      `The data folder ${path} cannot be written (${errorCode(cause) ?? 'unknown error'}). Give this user the right to write there, or set NEXUS_DATA to another folder.`,
      { cause },
    )
  }
  await takeLock(lock, path)
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(lock, { force: true })
    },
  }
}

async function takeLock(lock: string, path: string): Promise<void> {
  const mine = await identify(process.pid)
  for (;;) {
    try {
      await using file = await open(lock, 'wx', 0o600)
      await file.writeFile(mine)
      return
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    const holder = await readFile(lock, 'utf8').catch(() => '')
    const pid = Number.parseInt(holder, 10)
    if (Number.isInteger(pid) && isAlive(pid) && (await identify(pid)) === holder) {
      throw startError(
        'DATA_FOLDER_IN_USE',
        `Another host (process ${pid}) uses the data folder ${path}. Stop it first, or set NEXUS_DATA to another folder.`,
      )
    }
    // Its holder was killed: the lock means nothing any more.
    await rm(lock, { force: true })
  }
}

/** A process id may be used again; together with the start time it names one process (Linux; elsewhere the id alone). */
async function identify(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return `${pid} ${startedAt}`
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
