import { type RootStatus, tufRoot } from '../contract/tuf.ts'
import { ROOT_RENEWAL_MS, ROOT_THRESHOLD, TIMESTAMP_CHECK_MS } from './limits.ts'
import { installRoot, readRootStatus } from './install-root.ts'
import { TRUSTED_ROOT_PATH } from './bins.ts'
import { describeTarget, makeRoot } from './make-root.ts'
import { type TufReader, createTufReader } from './read-metadata.ts'
import { refreshMetadata } from './refresh-metadata.ts'
import { createRootKeys, loadOnlineKey, readRootKeys } from './root-keys.ts'
import { type TufSigner, signMetadata } from './signed-metadata.ts'
import { startOverIfAsked } from './start-over.ts'
import { describeTrustedRoot } from './trusted-root.ts'
import { readCurrent } from './tuf-files.ts'
import type { TufStore } from './tuf-store.ts'

/** The registry's metadata for update clients. */
export interface Tuf extends TufReader, Disposable {
  status(): Promise<RootStatus>
  /** Puts the next root in place. Fails with `TUF_DRAFT_INVALID` unless enough root keys signed it. */
  install(draft: unknown): Promise<void>
}

/** Opens the metadata, makes the first root when there is none, and keeps the timestamp young. */
export async function openTuf(options: Omit<TufStore, 'online'>): Promise<Tuf> {
  const tuf: TufStore = { ...options, online: { signer: await loadOnlineKey(options.dataDir) } }
  await startOverIfAsked(tuf)
  if ((await readCurrent(tuf.statements.run, 'root')) === undefined) {
    await putRoot(tuf, await createRootKeys(tuf.dataDir), { rootVersion: 1, targetsVersion: 1 })
  }
  await renewRoot(tuf)
  await refreshMetadata(tuf)
  // Whoever asks for a timestamp gets a young one anyway; this is for those who copy the database.
  const timer = setInterval(() => void refreshMetadata(tuf).catch(() => {}), TIMESTAMP_CHECK_MS)
  timer.unref()
  return {
    ...createTufReader(tuf),
    async status() {
      const here = await readRootKeys(tuf.dataDir)
      return readRootStatus(
        tuf,
        here.map(({ keyId }) => keyId),
      )
    },
    async install(draft) {
      await installRoot(tuf, draft)
      await refreshMetadata(tuf)
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** While enough root keys still lie here, nobody has to remember the yearly renewal. */
async function renewRoot(tuf: TufStore, now = new Date()): Promise<void> {
  const file = await readCurrent(tuf.statements.run, 'root')
  const targets = await readCurrent(tuf.statements.run, 'targets')
  if (file === undefined || targets === undefined) return
  const { signed } = tufRoot.parse(JSON.parse(file.content))
  if (Date.parse(signed.expires) - now.getTime() > ROOT_RENEWAL_MS) return
  const signers = (await readRootKeys(tuf.dataDir)).filter(({ keyId }) => signed.roles.root.keyids.includes(keyId))
  if (signers.length < ROOT_THRESHOLD) return
  const rootKeys = signed.roles.root.keyids.flatMap((id) => signed.keys[id] ?? [])
  await putRoot(tuf, signers, { rootVersion: file.version + 1, targetsVersion: targets.version + 1 }, rootKeys)
}

async function putRoot(
  tuf: TufStore,
  signers: readonly TufSigner[],
  versions: { readonly rootVersion: number; readonly targetsVersion: number },
  rootKeys = signers.map(({ key }) => key),
): Promise<void> {
  const files = { [TRUSTED_ROOT_PATH]: describeTarget(describeTrustedRoot(tuf.logKey)) }
  const plan = { ...versions, rootKeys, onlineKey: tuf.online.signer.key, files, now: new Date() }
  const draft = makeRoot(plan)
  await installRoot(tuf, {
    root: signMetadata(draft.root, signers),
    targets: signMetadata(draft.targets, signers),
  })
}
