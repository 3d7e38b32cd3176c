import type { KeyObject } from 'node:crypto'
import { access, link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../store/durable-file.ts'

/** Writes a new private key unless there is one. A crash in between leaves no half-written key behind. */
export async function writeKeyOnce(path: string, generate: () => KeyObject): Promise<boolean> {
  if (await isThere(path)) return false
  const draft = `${path}.new`
  await rm(draft, { force: true })
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(generate().export({ type: 'pkcs8', format: 'pem' }))
    await file.sync()
  } finally {
    await file.close()
  }
  // `link` fails where `rename` would replace: a key that somebody else made in the meantime stays.
  await link(draft, path)
  await rm(draft)
  await syncFolder(dirname(path))
  return true
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
