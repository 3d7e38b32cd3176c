import { digestSignature } from '../signing/sign-admission.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { asBundleDigest } from '../store/digests.ts'
import { statementsInside } from '../store/statements-inside.ts'
import { releases } from '../store/rows/release-rows.ts'
import { appendToLog } from './append-to-log.ts'

const NOT_LOGGED =
  'SELECT "pluginId", "version" FROM "registry_release" AS "release" WHERE NOT EXISTS (SELECT 1 FROM "registry_log_entry" ' +
  'AS "leaf" WHERE "leaf"."subject" = "release"."pluginId" || \'@\' || "release"."version" AND "leaf"."kind" = ' +
  '\'release.published\') ORDER BY "publishedAt", "pluginId", "version"'

/** Enters releases that were published before there was a log, so that hosts can install them still. */
export async function logEarlierReleases(store: Pick<RegistryStore, 'database'>): Promise<void> {
  await store.database.transaction(async (manager) => {
    for (const row of await statementsInside(manager)(NOT_LOGGED, [])) {
      const release = await manager.findOneByOrFail(releases, {
        pluginId: String(row['pluginId']),
        version: String(row['version']),
      })
      await appendToLog(manager, {
        kind: 'release.published',
        id: release.pluginId,
        version: release.version,
        bundleDigest: asBundleDigest(release.bundleDigest),
        publisherSignatureDigest: digestSignature(release.publishSignature),
        admissionDigest: digestSignature(release.admissionSignature),
      })
    }
  })
}
