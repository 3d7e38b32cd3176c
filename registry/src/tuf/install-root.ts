import { Metadata, MetadataKind } from '@tufjs/models'
import { type RootDraft, type RootStatus, rootDraft, tufRoot, tufTargets } from '../contract/tuf.ts'
import { statementsInside } from '../store/statements-inside.ts'
import { canonicalJson } from '../bundle/digest.ts'
import { TRUSTED_ROOT_PATH } from './bins.ts'
import { tufError } from './errors.ts'
import { describeTarget } from './make-root.ts'
import { findOnlineKey } from './online-key.ts'
import { tufKeyId } from './signed-metadata.ts'
import { describeTrustedRoot } from './trusted-root.ts'
import { type TufFile, readCurrent, replaceFile, targetName } from './tuf-files.ts'
import type { TufStore } from './tuf-store.ts'

/**
 * Puts the next root and its list of targets in place, when enough of the old and of the new root keys signed both, and
 * this registry holds the key that they name for it. Everything else is signed anew at the next refresh.
 */
export async function installRoot(tuf: TufStore, value: unknown, now = new Date()): Promise<void> {
  const draft = rootDraft.parse(value)
  checkKeyIds(draft)
  const signer = await findOnlineKey(tuf, draft.root.signed.roles.timestamp.keyids)
  await tuf.database.transaction(async (manager) => {
    const run = statementsInside(manager)
    const before = await readCurrent(run, 'root')
    checkSignatures(before, draft)
    checkTargets(tuf, await readCurrent(run, 'targets'), draft)
    await replaceFile(run, 'root', toFile(draft.root), now)
    await replaceFile(run, 'targets', toFile(draft.targets), now)
    const trusted = describeTrustedRoot(tuf.logKey)
    const known = await readCurrent(run, targetName(TRUSTED_ROOT_PATH))
    if (known?.content !== trusted) {
      const file = { version: (known?.version ?? 0) + 1, content: trusted, expires: null, keyId: null }
      await replaceFile(run, targetName(TRUSTED_ROOT_PATH), file, now)
    }
  })
  await signer.adopt()
}

/** A key's id is computed, never believed. */
function checkKeyIds({ root, targets }: RootDraft): void {
  const keys = { ...root.signed.keys, ...targets.signed.delegations?.keys }
  for (const [id, key] of Object.entries(keys)) {
    if (tufKeyId(key) !== id) throw refused(`the key ${id} under its own id`, tufKeyId(key))
  }
}

function checkSignatures(before: TufFile | undefined, { root, targets }: RootDraft): void {
  try {
    const next = Metadata.fromJSON(MetadataKind.Root, copyOf(root))
    if (before !== undefined) {
      Metadata.fromJSON(MetadataKind.Root, JSON.parse(before.content)).verifyDelegate(MetadataKind.Root, next)
    }
    next.verifyDelegate(MetadataKind.Root, next)
    next.verifyDelegate(MetadataKind.Targets, Metadata.fromJSON(MetadataKind.Targets, copyOf(targets)))
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : 'something else'
    throw refused('signatures of enough of the old and of the new root keys', found, cause)
  }
  const expected = (before?.version ?? 0) + 1
  if (root.signed.version !== expected) throw refused(`version ${expected} of the root`, String(root.signed.version))
}

/** The library wants plain JSON, and may keep what it is given. */
function copyOf(metadata: RootDraft['root'] | RootDraft['targets']) {
  return JSON.parse(JSON.stringify(metadata))
}

function checkTargets(tuf: TufStore, before: TufFile | undefined, { targets }: RootDraft): void {
  const { version, delegations, targets: files } = targets.signed
  const expected = (before?.version ?? 0) + 1
  if (version !== expected) throw refused(`version ${expected} of the targets`, String(version))
  const trusted = describeTarget(describeTrustedRoot(tuf.logKey))
  if (canonicalJson(files) !== canonicalJson({ [TRUSTED_ROOT_PATH]: trusted })) {
    throw refused('exactly the target trusted_root.json with this registry’s log', Object.keys(files).join(', '))
  }
  const old = before === undefined ? undefined : tufTargets.parse(JSON.parse(before.content)).signed.delegations
  if (old !== undefined && old.succinct_roles.bit_length !== delegations?.succinct_roles.bit_length) {
    throw refused('as many bins as before', String(delegations?.succinct_roles.bit_length))
  }
}

function toFile(metadata: RootDraft['root'] | RootDraft['targets']): TufFile {
  return { version: metadata.signed.version, content: JSON.stringify(metadata), expires: null, keyId: null }
}

/** How the root stands, and which of its keys lie where they should not. */
export async function readRootStatus(tuf: TufStore, here: readonly string[]): Promise<RootStatus> {
  const file = await readCurrent(tuf.statements.run, 'root')
  const { signed } = tufRoot.parse(JSON.parse(file?.content ?? ''))
  const { keyids, threshold } = signed.roles.root
  const targets = await readCurrent(tuf.statements.run, 'targets')
  const keys = keyids.map((keyId) => ({ keyId, here: here.includes(keyId) }))
  const { version, expires } = signed
  const targetsVersion = targets?.version ?? 0
  return { version, targetsVersion, expires, threshold, keys, onlineKeyId: tuf.online.signer.keyId }
}

function refused(expected: string, found: string, cause?: unknown) {
  return tufError('TUF_DRAFT_INVALID', `Expected ${expected}, found ${found}.`, { details: { expected, found }, cause })
}
