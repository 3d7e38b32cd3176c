import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { BundleDigest } from '@nexus/registry/bundle'
import { binOf } from '@nexus/registry/tuf'
import type { ReleaseClaim } from '../release-claim.ts'
import type { Witness } from '../verify-chain.ts'
import { hostTufError } from './errors.ts'
import type { TufClient } from './tuf-client.ts'
import type { TufFolder } from './tuf-folder.ts'
import { verifyProof } from './verify-metadata.ts'
import { targetPathOf, verifyTuf } from './verify-tuf.ts'

const proofFile = z.strictObject({ rootVersion: z.int().min(1), targets: z.string(), role: z.string() })

/** TUF as a link of the chain: over the network at install, from the proof that was kept then at start. */
export function createTufWitness(client: TufClient): Witness {
  return async (claim, moment) => {
    if (moment === 'start') return verifyKept(client.folder, claim)
    const target = await client.target(targetPathOf(claim))
    const version = await client.folder.keepRoot()
    const link = verifyTuf(claim, target, { version })
    await keepProof(client.folder, claim, version)
    return link
  }
}

async function keepProof(folder: TufFolder, claim: ReleaseClaim, rootVersion: number): Promise<void> {
  const read = (role: string) => readFile(join(folder.metadataDir, `${role}.json`), 'utf8')
  const proof = { rootVersion, targets: await read('targets'), role: await read(binOf(targetPathOf(claim))) }
  await folder.writeProof(claim.bundleDigest, JSON.stringify(proof))
}

async function verifyKept(folder: TufFolder, claim: ReleaseClaim) {
  const proof = await readProof(folder, claim.bundleDigest)
  if (proof === undefined) return undefined
  const root = await folder.readOldRoot(proof.rootVersion)
  if (root === undefined) {
    throw hostTufError(
      'TUF_INVALID',
      `Expected the root ${proof.rootVersion} that was believed at install, found none.`,
      {
        details: { layer: 'tuf', expected: `root ${proof.rootVersion}`, found: 'none' },
      },
    )
  }
  return verifyTuf(claim, verifyProof({ ...proof, root }, targetPathOf(claim)), { version: proof.rootVersion })
}

async function readProof(folder: TufFolder, digest: BundleDigest) {
  const text = await folder.readProof(digest)
  return text === undefined ? undefined : proofFile.parse(JSON.parse(text))
}
