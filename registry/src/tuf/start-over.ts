import { access, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { statementsInside } from '../store/statements-inside.ts'
import { ROOT_KEYS_FOLDER } from './root-keys.ts'
import type { TufStore } from './tuf-store.ts'

const FORGET_FILES = 'DELETE FROM "registry_tuf_file"'
const FORGET_LOG = 'UPDATE "registry_tuf_state" SET "logSize" = 0 WHERE "id" = 1'

/**
 * The way out when too many root keys are lost: an operator lays a file START-OVER beside them, and at the next start
 * everything but the log is made anew under new root keys. No host believes them until its operator pins the new root.
 */
export async function startOverIfAsked(tuf: Pick<TufStore, 'database' | 'dataDir'>): Promise<void> {
  const folder = join(tuf.dataDir, ROOT_KEYS_FOLDER)
  const isAsked = await access(join(folder, 'START-OVER')).then(
    () => true,
    () => false,
  )
  if (!isAsked) return
  await tuf.database.transaction(async (manager) => {
    const run = statementsInside(manager)
    await run(FORGET_FILES, [])
    await run(FORGET_LOG, [])
  })
  // Last: until then a crash is followed by another try.
  await rename(folder, `${folder}-lost-${Date.now()}`)
}
