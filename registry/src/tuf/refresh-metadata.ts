import type { RunStatement } from '../database/index.ts'
import { type TufSnapshot, tufSnapshot } from '../contract/tuf.ts'
import { statementsInside } from '../store/statements-inside.ts'
import { KEYS_PATH } from './bins.ts'
import { openBins } from './changed-bins.ts'
import { describeKeys } from './describe-keys.ts'
import {
  REPLACED_LIFETIME_MS,
  SNAPSHOT_LIFETIME_MS,
  SNAPSHOT_RENEWAL_MS,
  SPEC_VERSION,
  TIMESTAMP_LIFETIME_MS,
  TIMESTAMP_RENEWAL_MS,
} from './limits.ts'
import { describeTarget } from './make-root.ts'
import { signOnline } from './sign-online.ts'
import { takeOverLog } from './take-over-log.ts'
import { type TufFile, readCurrent, replaceFile, sweepReplaced, targetName } from './tuf-files.ts'
import type { TufStore } from './tuf-store.ts'

const STATE = 'SELECT "logSize" FROM "registry_tuf_state" WHERE "id" = 1'
const LOCKED_STATE = 'SELECT "logSize" FROM "registry_tuf_state" WHERE "id" = 1 FOR UPDATE'
const LOG_SIZE = 'SELECT "size" FROM "registry_log_head" WHERE "id" = 1'
const SET_STATE = 'UPDATE "registry_tuf_state" SET "logSize" = $1 WHERE "id" = 1'

/**
 * Brings the metadata up to what the log says, and renews what comes to its end. All of it is one transaction, and all
 * of it follows from the log: a crash at any moment leaves the old metadata, and the next call makes the new ones.
 */
export async function refreshMetadata(tuf: TufStore, now = new Date()): Promise<void> {
  if (await isCurrent(tuf, now)) return
  await tuf.database.transaction(async (manager) => {
    const run = statementsInside(manager)
    const [state] = await run(tuf.dialect === 'postgres' ? LOCKED_STATE : STATE, [])
    const bins = openBins(tuf, run, now)
    const logSize = await takeOverLog(tuf, run, bins, Number(state?.['logSize']), now)
    const changed = await bins.write()
    await renewSnapshot(tuf, run, changed, now)
    await run(SET_STATE, [logSize])
    await sweepReplaced(run, new Date(now.getTime() - REPLACED_LIFETIME_MS))
  })
}

/** Cheap and without a transaction: asked before every timestamp that is served. */
async function isCurrent(tuf: TufStore, now: Date): Promise<boolean> {
  const { run } = tuf.statements
  const [state] = await run(STATE, [])
  const [log] = await run(LOG_SIZE, [])
  if (Number(state?.['logSize']) !== Number(log?.['size'])) return false
  const keys = await readCurrent(run, targetName(KEYS_PATH))
  if (keys?.content !== describeKeys(tuf)) return false
  const timestamp = await readCurrent(run, 'timestamp')
  return timestamp !== undefined && counts(timestamp, tuf, now, TIMESTAMP_RENEWAL_MS)
}

/** Is a file signed by the present key, and far from its end? */
function counts(file: TufFile, { online }: TufStore, now: Date, margin: number): boolean {
  return file.keyId === online.signer.keyId && Date.parse(file.expires ?? '') - now.getTime() > margin
}

async function renewSnapshot(
  tuf: TufStore,
  run: RunStatement,
  bins: ReadonlyMap<string, number>,
  now: Date,
): Promise<void> {
  const before = await readCurrent(run, 'snapshot')
  const old: TufSnapshot['signed']['meta'] =
    before === undefined ? {} : tufSnapshot.parse(JSON.parse(before.content)).signed.meta
  const targets = await readCurrent(run, 'targets')
  const meta: typeof old = { ...old, 'targets.json': { version: targets?.version ?? 0 } }
  for (const [name, version] of bins) meta[`${name}.json`] = { version }
  const isSame = bins.size === 0 && old['targets.json']?.version === targets?.version
  if (before !== undefined && isSame && counts(before, tuf, now, SNAPSHOT_RENEWAL_MS)) {
    return renewTimestamp(tuf, run, before, now)
  }
  const version = (before?.version ?? 0) + 1
  const expires = new Date(now.getTime() + SNAPSHOT_LIFETIME_MS).toISOString()
  const signed = { _type: 'snapshot', spec_version: SPEC_VERSION, version, expires, meta }
  const snapshot = signOnline(signed, tuf.online.signer)
  await replaceFile(run, 'snapshot', snapshot, now)
  await renewTimestamp(tuf, run, snapshot, now)
}

async function renewTimestamp({ online }: TufStore, run: RunStatement, snapshot: TufFile, now: Date): Promise<void> {
  const version = ((await readCurrent(run, 'timestamp'))?.version ?? 0) + 1
  const expires = new Date(now.getTime() + TIMESTAMP_LIFETIME_MS).toISOString()
  const meta = { 'snapshot.json': { version: snapshot.version, ...describeTarget(snapshot.content) } }
  const signed = { _type: 'timestamp', spec_version: SPEC_VERSION, version, expires, meta }
  await replaceFile(run, 'timestamp', signOnline(signed, online.signer), now)
}
