import { randomUUID } from 'node:crypto'
import type { Actor } from '../accounts/actor.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { publishedBy } from '../packages/published-by.ts'
import type { VersionFacts } from '../packages/version-facts.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type PackageAccess, type StagedVersionRow, stagedVersions } from '../store/rows/package-rows.ts'
import { removeUnlessKept } from './keep-blob.ts'

/** A version that was read and is to wait for a decision. */
export interface Staging {
  readonly facts: VersionFacts
  readonly file: string
  readonly tag: string
  readonly access?: PackageAccess
  /** Why it waits, for whoever decides. */
  readonly reason: string
  /** True: only a moderator may approve it. */
  readonly held: boolean
  readonly signature: SignatureBundle | null
  readonly attestations: string | null
  readonly author: Actor
}

/** Keeps a version for a decision. Nothing of it is visible; row and file appear together or not at all. */
export async function stageVersion(store: RegistryStore, staging: Staging): Promise<StagedVersionRow> {
  const { facts, author } = staging
  const row: StagedVersionRow = {
    id: randomUUID(),
    packageName: facts.name,
    version: facts.version,
    bundleDigest: facts.digest,
    size: facts.size,
    tag: staging.tag,
    access: staging.access ?? null,
    reason: staging.reason.slice(0, 500),
    held: staging.held,
    signature: staging.signature,
    attestations: staging.attestations,
    stagedAt: new Date().toISOString(),
    stagedBy: publishedBy(author),
    author,
  }
  const placed = await store.blobs.put(facts.digest, staging.file)
  try {
    await store.database.getRepository(stagedVersions).insert(row)
    placed.release()
  } catch (error) {
    placed.release()
    await removeUnlessKept(store, facts.digest)
    throw error
  }
  return row
}
