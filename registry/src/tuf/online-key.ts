import { join } from 'node:path'
import { renameDurably } from '../store/durable-file.ts'
import { tufError } from './errors.ts'
import { readSigner } from './root-keys.ts'
import type { TufStore } from './tuf-store.ts'

const CURRENT = 'tuf-online-key.pem'
const NEXT = 'tuf-online-key.next.pem'

/** Finds the private key that a root names for the registry: the present one, or the next one laid beside it. */
export async function findOnlineKey(tuf: TufStore, keyIds: readonly string[]): Promise<{ adopt(): Promise<void> }> {
  if (keyIds.includes(tuf.online.signer.keyId)) return { adopt: async () => {} }
  const path = join(tuf.dataDir, NEXT)
  const next = await readSigner(path).catch(() => undefined)
  if (next === undefined || !keyIds.includes(next.keyId)) {
    throw tufError(
      'TUF_DRAFT_INVALID',
      `Expected the private key of ${keyIds.join(', ')} in ${NEXT} in the registry's data folder, found none. Lay it there first.`,
    )
  }
  return {
    async adopt() {
      await renameDurably(path, join(tuf.dataDir, CURRENT))
      tuf.online.signer = next
    },
  }
}
