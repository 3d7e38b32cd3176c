import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BundleDigest } from '@nexus/registry/bundle'
import { tufRoot } from '@nexus/registry/contract'
import { isMissing, makePrivateFolder, renameDurably, writeDurably } from '../durable-file.ts'
import { hostTufError } from './errors.ts'
import { PROOF_DIGITS } from './limits.ts'

/** `<dataDir>/tuf`: the pinned root, the newest metadata, every root that was believed, and a proof for each release. */
export interface TufFolder {
  /** Where tuf-js keeps its metadata. */
  readonly metadataDir: string
  /** The root that is believed now; `undefined` before first contact. */
  readRoot(): Promise<string | undefined>
  /** A root that was believed once. */
  readOldRoot(version: number): Promise<string | undefined>
  /** Pins a root. Fails with `TUF_ANCHOR_CHANGED` when another one is pinned, unless `replace`. */
  pin(root: string, replace?: boolean): Promise<void>
  /** Keeps the root of now for the proofs that follow from it. */
  keepRoot(): Promise<number>
  writeProof(digest: BundleDigest, proof: string): Promise<void>
  readProof(digest: BundleDigest): Promise<string | undefined>
}

export async function openTufFolder(dataDir: string): Promise<TufFolder> {
  const folder = join(dataDir, 'tuf')
  const metadataDir = join(folder, 'metadata')
  const roots = join(folder, 'roots')
  const proofs = join(folder, 'proofs')
  for (const path of [metadataDir, roots, proofs]) await makePrivateFolder(path)
  const current = join(metadataDir, 'root.json')
  const readRoot = () => readIfThere(current)
  const proofPath = (digest: BundleDigest) =>
    join(proofs, `${digest.slice('sha512:'.length, 'sha512:'.length + PROOF_DIGITS)}.json`)
  const keepRoot = async () => {
    const text = (await readRoot()) ?? ''
    const { version } = tufRoot.parse(JSON.parse(text)).signed
    const path = join(roots, `${version}.json`)
    if ((await readIfThere(path)) !== text) await replace(path, text)
    return version
  }
  return {
    metadataDir,
    readRoot,
    readOldRoot: (version) => readIfThere(join(roots, `${version}.json`)),
    async pin(root, isReplacing = false) {
      const before = await readRoot()
      if (before === root) return
      if (before !== undefined && !isReplacing) {
        throw hostTufError(
          'TUF_ANCHOR_CHANGED',
          'Expected no root to be pinned yet, found one. Replace it on purpose only.',
        )
      }
      await replace(current, root)
      // Metadata of another repository would look like a rollback of this one.
      const others = (await readdir(metadataDir)).filter((name) => name !== 'root.json')
      for (const name of others) await rm(join(metadataDir, name), { force: true })
      await keepRoot()
    },
    keepRoot,
    writeProof: (digest, proof) => replace(proofPath(digest), proof),
    readProof: (digest) => readIfThere(proofPath(digest)),
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.draft`
  await rm(draft, { force: true })
  await writeDurably(draft, text, 0o600)
  await renameDurably(draft, path)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
