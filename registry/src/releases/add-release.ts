import { digestSignature } from '../signing/sign-admission.ts'
import { publisherOf } from '../signing/subject.ts'
import { appendToLog } from '../log/append-to-log.ts'
import { asBundleDigest } from '../store/digests.ts'
import type { Insertable, Transaction } from '../store/query.ts'
import { type PluginRow, type ReleaseRow, plugins, releases } from '../store/rows/release-rows.ts'
import { latestVersion } from './latest-version.ts'
import { inEnglish } from './present.ts'

/** Makes a signed version of a plugin visible to hosts, inside the transaction that holds its package. */
export async function addRelease(manager: Transaction, row: ReleaseRow): Promise<void> {
  await manager.createQueryBuilder().insert().into(plugins).values(describePlugin(row)).orIgnore().execute()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- typeorm's type loses the union in JSON columns
  await manager.insert(releases, row as Insertable<ReleaseRow>)
  await updateLatest(manager, row)
  await appendToLog(manager, {
    kind: 'release.published',
    id: row.pluginId,
    version: row.version,
    bundleDigest: asBundleDigest(row.bundleDigest),
    publisherSignatureDigest: digestSignature(row.publishSignature),
    admissionDigest: digestSignature(row.admissionSignature),
  })
}

async function updateLatest(manager: Transaction, row: ReleaseRow): Promise<void> {
  const rows = await manager.find(releases, {
    where: { pluginId: row.pluginId },
    select: { pluginId: true, version: true },
  })
  if (latestVersion(rows.map(({ version }) => version)) !== row.version) return
  const { downloads: _, ...change } = describePlugin(row)
  await manager.update(plugins, { id: row.pluginId }, change)
}

function describePlugin(row: ReleaseRow): PluginRow {
  const { id, kind, displayName, description, keywords } = row.manifest
  const words = [id, ...Object.values(typeof displayName === 'string' ? { displayName } : displayName)]
  const described = Object.values(typeof description === 'string' ? { description } : description)
  return {
    id,
    publisherId: publisherOf(id),
    latestVersion: row.version,
    kind,
    displayName: inEnglish(displayName),
    searchText: [...words, ...described, ...keywords].join(' ').toLowerCase(),
    updatedAt: row.publishedAt,
    downloads: 0,
  }
}
