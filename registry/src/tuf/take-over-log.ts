import { type LogEntry, logStatement } from '../contract/log.ts'
import { tufRevocations } from '../contract/tuf.ts'
import type { RunStatement } from '../database/index.ts'
import { KEYS_PATH, REVOCATIONS_PATH, releasePath } from './bins.ts'
import type { ChangedBins } from './changed-bins.ts'
import { describeKeys } from './describe-keys.ts'
import { MAX_LEAVES_AT_ONCE } from './limits.ts'
import { describeTarget } from './make-root.ts'
import { readCurrent, replaceFile, targetName } from './tuf-files.ts'
import type { TufStore } from './tuf-store.ts'
import { NOTHING_WITHDRAWN, withEvent } from './withdrawals.ts'

const LEAVES =
  'SELECT "leafIndex", "statement" FROM "registry_log_entry" WHERE "leafIndex" >= $1 ORDER BY "leafIndex" LIMIT $2'
const RELEASE_SIZE = 'SELECT "size" FROM "registry_release" WHERE "pluginId" = $1 AND "version" = $2'

/** Enters what the log says after its first `from` leaves. Gives how many leaves are entered now. */
export async function takeOverLog(
  tuf: TufStore,
  run: RunStatement,
  bins: ChangedBins,
  from: number,
  now: Date,
): Promise<number> {
  const before = await readCurrent(run, targetName(REVOCATIONS_PATH))
  let withdrawn = before === undefined ? NOTHING_WITHDRAWN : tufRevocations.parse(JSON.parse(before.content))
  let size = from
  for (;;) {
    const leaves = await run(LEAVES, [size, MAX_LEAVES_AT_ONCE])
    for (const leaf of leaves) {
      const { entry } = logStatement.parse(JSON.parse(String(leaf['statement'])))
      await enter(run, bins, entry)
      withdrawn = withEvent(withdrawn, entry, Number(leaf['leafIndex']))
      size += 1
    }
    if (leaves.length < MAX_LEAVES_AT_ONCE) break
  }
  await putFile(run, bins, { path: REVOCATIONS_PATH, content: `${JSON.stringify(withdrawn)}\n` }, now)
  await putFile(run, bins, { path: KEYS_PATH, content: describeKeys(tuf) }, now)
  return size
}

async function enter(run: RunStatement, bins: ChangedBins, entry: LogEntry): Promise<void> {
  if (entry.kind === 'release.revoked') return bins.remove(releasePath(entry))
  if (entry.kind !== 'release.published') return
  const [release] = await run(RELEASE_SIZE, [entry.id, entry.version])
  // A release that was taken back since has no bytes that anybody could vouch for.
  if (release === undefined) return
  const hashes = { sha512: entry.bundleDigest.slice('sha512:'.length) }
  await bins.set(releasePath(entry), { length: Number(release['size']), hashes })
}

/** Stores a file that is a target, and enters it; not again when nothing in it changed. */
async function putFile(
  run: RunStatement,
  bins: ChangedBins,
  { path, content }: { readonly path: string; readonly content: string },
  now: Date,
): Promise<void> {
  const before = await readCurrent(run, targetName(path))
  if (before?.content === content) return
  const version = (before?.version ?? 0) + 1
  await replaceFile(run, targetName(path), { version, content, expires: null, keyId: null }, now)
  await bins.set(path, describeTarget(content))
}
