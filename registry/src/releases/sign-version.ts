import { scanBundle } from '../bundle/read-bundle.ts'
import type { Actor } from '../accounts/actor.ts'
import type { ReleaseDetail } from '../contract/plugins.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { registryError } from '../errors.ts'
import { changePackage } from '../packages/change-package.ts'
import { requireVersion } from '../packages/find-package.ts'
import { packageNameOf } from '../packages/names.ts'
import { asBundleDigest } from '../store/digests.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { releases } from '../store/rows/release-rows.ts'
import { addRelease } from './add-release.ts'
import { describeRelease } from './describe-release.ts'
import { getRelease } from './find-releases.ts'
import { verifyPublisher } from './verify-publisher.ts'

/** Makes a release of a version that came by plain `npm publish`, now that its publisher has signed it. */
export async function signVersion(
  store: RegistryStore,
  { pluginId, version }: { readonly pluginId: string; readonly version: string },
  signature: SignatureBundle,
  actor: Actor,
): Promise<ReleaseDetail> {
  const packageName = packageNameOf(pluginId)
  const row = await requireVersion(store, packageName, version)
  const { contents } = await scanBundle(await store.blobs.read(asBundleDigest(row.bundleDigest)))
  const release = await describeRelease(store, contents, {
    size: row.size,
    publishedBy: actor.kind === 'admin' ? 'admin' : actor.tokenId,
    signed: await verifyPublisher(store, contents, signature),
    publishedAt: new Date(),
  })
  await changePackage(store, packageName, async (manager) => {
    if (await manager.existsBy(releases, { pluginId, version })) {
      throw registryError(
        'RELEASE_EXISTS',
        `Expected a version that nobody has signed, found ${version} signed already.`,
      )
    }
    await addRelease(manager, release)
  })
  return getRelease(store, pluginId, version)
}
