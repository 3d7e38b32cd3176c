import type { Actor } from '../accounts/actor.ts'
import { claimName } from '../accounts/claim-name.ts'
import type { BundleDigest } from '../bundle/digest.ts'
import { type RunStatement as Run, isUniqueViolation } from '../database/index.ts'
import { registryError } from '../errors.ts'
import { packageError } from '../packages/errors.ts'
import { scopeOf } from '../packages/names.ts'
import { publishedBy } from '../packages/published-by.ts'
import { shownReadme } from '../packages/packument.ts'
import type { VersionFacts } from '../packages/version-facts.ts'
import { integrityOf, signDist } from '../signing/dist-signature.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { Transaction } from '../store/query.ts'
import type { PackageAccess } from '../store/rows/package-rows.ts'
import type { ReleaseRow } from '../store/rows/release-rows.ts'
import { statementsInside } from '../store/statements-inside.ts'
import { removeUnlessKept } from './keep-blob.ts'
import { addRelease } from './add-release.ts'
import { latestVersion } from './latest-version.ts'

/** A version that was read, checked and countersigned, about to become visible. */
export interface Admission {
  readonly facts: VersionFacts
  /** What the packument says about it, `describeVersion`. */
  readonly manifest: string
  /** The dist-tag that moves to it. Absent: `latest`, when no stable version is newer. */
  readonly tag?: string
  /** Absent: as it is, or public for a new package. */
  readonly access?: PackageAccess
  readonly attestations: string | null
  /** There for a plugin that its publisher signed: then hosts see it too. */
  readonly release: ReleaseRow | undefined
  /** A name that is nobody's becomes this actor's. */
  readonly actor: Actor
  readonly publishedAt: Date
  /** The bundle, to be moved into place; absent when it is among the blobs already. */
  readonly file?: string
  /** The staged version that this was until now. */
  readonly stagedId?: string
}

const ADD_PACKAGE =
  'INSERT INTO "registry_package" ("name", "publisherId", "access", "revision", "requireSecondFactor", "createdAt", "modifiedAt") ' +
  'VALUES ($1, $2, $3, 0, FALSE, $4, $5) ON CONFLICT DO NOTHING'
const GET_PACKAGE = 'SELECT "revision", "access" FROM "registry_package" WHERE "name" = $1'
const COUNT_ROLES =
  'SELECT COUNT(*) AS "roles" FROM (SELECT "role" FROM "registry_member" WHERE "publisherId" = $1 AND "accountId" = $2 ' +
  'AND "role" <> \'reader\' UNION ALL SELECT "role" FROM "registry_package_member" WHERE "packageName" = $3 ' +
  'AND "accountId" = $4 AND "role" <> \'reader\') AS "held"'
const FIND_VERSION =
  'SELECT "unpublishedAt" FROM "registry_package_version" WHERE "packageName" = $1 AND "version" = $2'
const ADD_VERSION =
  'INSERT INTO "registry_package_version" ("packageName", "version", "bundleDigest", "shasum", "size", "fileCount", ' +
  '"unpackedSize", "manifest", "readme", "distSignatures", "attestations", "publishedAt", "publishedBy") ' +
  'VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)'
const MOVE_TAG =
  'INSERT INTO "registry_dist_tag" ("packageName", "tag", "version", "movedAt") VALUES ($1, $2, $3, $4) ' +
  'ON CONFLICT ("packageName", "tag") DO UPDATE SET "version" = excluded."version", "movedAt" = excluded."movedAt"'
const GET_TAG = 'SELECT "version" FROM "registry_dist_tag" WHERE "packageName" = $1 AND "tag" = \'latest\''
const CHANGE_PACKAGE =
  'UPDATE "registry_package" SET "revision" = "revision" + 1, "modifiedAt" = $1, "access" = COALESCE($2, "access") WHERE "name" = $3'
const REMOVE_STAGED = 'DELETE FROM "registry_staged_version" WHERE "id" = $1'

/**
 * Makes a version visible: to npm clients, and when it is a signed plugin to hosts. All rows appear together or not at
 * all, and of two that want the same version exactly one wins. The file is in place before the rows, outside of the
 * transaction, which everybody else waits for; who loses removes it again. What a crash leaves is swept at the next start.
 */
export async function admitRelease(store: RegistryStore, admission: Admission): Promise<void> {
  const { digest, name, version } = admission.facts
  const placed = admission.file === undefined ? undefined : await store.blobs.put(digest, admission.file)
  try {
    await store.database.transaction(async (manager) => {
      await addVersion(store, manager, admission)
      if (admission.release !== undefined) await addRelease(manager, admission.release)
    })
    placed?.release()
  } catch (error) {
    placed?.release()
    if (placed !== undefined) await removeUnlessKept(store, digest)
    if (isUniqueViolation(error)) throw versionExists(name, version)
    throw error
  }
  store.changes.announce(name)
  await store.commits.settle()
}

/** The answer to whoever publishes a version that is there already. */
export function versionExists(name: string, version: string) {
  return registryError(
    'RELEASE_EXISTS',
    `Expected a new version of ${name}, found that ${version} exists. Releases never change: publish another version.`,
    { details: { name, version } },
  )
}

/** Catalogue, log and metadata name every release: what is restricted to npm's readers would be public there. */
export function pluginRestricted(name: string) {
  return packageError(
    'PLUGIN_RESTRICTED',
    `Expected a plugin to be public, found ${name} restricted. Keep plugins that nobody may know of on a registry of your own.`,
    { details: { name } },
  )
}

/** The answer to whoever publishes a version that was there once. */
export function versionUnpublished(name: string, version: string) {
  return packageError(
    'VERSION_UNPUBLISHED',
    `Expected a version that ${name} never had, found ${version}, which was unpublished and never returns. Publish another.`,
    { details: { name, version } },
  )
}

async function addVersion(store: RegistryStore, manager: Transaction, admission: Admission): Promise<void> {
  const run = statementsInside(manager)
  const { facts, actor } = admission
  const now = admission.publishedAt.toISOString()
  await run(ADD_PACKAGE, [facts.name, scopeOf(facts.name), admission.access ?? 'public', now, now])
  // SQLite has one writer at a time and knows no row locks.
  const [row] = await run(store.dialect === 'postgres' ? `${GET_PACKAGE} FOR UPDATE` : GET_PACKAGE, [facts.name])
  if (facts.plugin !== undefined && (admission.access ?? row?.['access']) === 'restricted')
    throw pluginRestricted(facts.name)
  if (Number(row?.['revision']) === 0) await claimName(manager, actor, facts.name)
  await checkOwned(run, actor, facts.name)
  const [taken] = await run(FIND_VERSION, [facts.name, facts.version])
  if (taken !== undefined) {
    throw taken['unpublishedAt'] === null
      ? versionExists(facts.name, facts.version)
      : versionUnpublished(facts.name, facts.version)
  }
  await run(ADD_VERSION, versionValues(store, admission, now))
  for (const tag of await tagsToMove(run, admission)) await run(MOVE_TAG, [facts.name, tag, facts.version, now])
  await run(CHANGE_PACKAGE, [now, admission.access ?? null, facts.name])
  if (admission.stagedId !== undefined) await run(REMOVE_STAGED, [admission.stagedId])
}

/** The name may have become somebody else's since the permission was checked. */
async function checkOwned(run: Run, actor: Actor, name: string): Promise<void> {
  if (actor.kind !== 'account') return
  const [held] = await run(COUNT_ROLES, [scopeOf(name), actor.accountId, name, actor.accountId])
  if (Number(held?.['roles']) > 0) return
  throw registryError('FORBIDDEN', `Expected a name that is free or yours, found ${name} taken by somebody else.`)
}

function versionValues(store: RegistryStore, admission: Admission, now: string) {
  const { name, version, digest, shasum, size, files, unpackedSize, readme } = admission.facts
  const signature = signDist({ name, version, integrity: integrityOf(digest) }, store.keys.current('dist'))
  return [
    name,
    version,
    digest satisfies BundleDigest,
    shasum,
    size,
    files.length,
    unpackedSize,
    admission.manifest,
    shownReadme(readme),
    JSON.stringify([signature]),
    admission.attestations,
    now,
    publishedBy(admission.actor),
  ]
}

/** A package always has a `latest`; without being told, it moves to newer stable versions only. */
async function tagsToMove(run: Run, { facts, tag }: Admission): Promise<readonly string[]> {
  const [row] = await run(GET_TAG, [facts.name])
  if (row === undefined) return [...new Set(['latest', tag ?? 'latest'])]
  if (tag !== undefined) return [tag]
  return latestVersion([String(row['version']), facts.version]) === facts.version ? ['latest'] : []
}
