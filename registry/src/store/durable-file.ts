import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Moves a file within one file system so that after a crash it is in one of the two places, whole. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to)
  await syncFolder(dirname(to))
}

/** A new name in a folder survives a power cut only once the folder is synced. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
