import type { z } from 'zod'
import { SBOM_FILE } from '../bundle/contents.ts'
import { readVerifiedBundle } from '../bundle/read-verified-bundle.ts'
import { sbomDocument } from '../contract/advisories.ts'
import { registryError } from '../errors.ts'
import { getRelease } from '../releases/find-releases.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { advisoryError } from './errors.ts'

/** The bill of materials that a release's signed bundle carries: what the publisher signed, not what we make of it. */
export async function findSbom(
  store: RegistryStore,
  pluginId: string,
  version: string,
): Promise<z.input<typeof sbomDocument>> {
  const { bundleDigest } = await getRelease(store, pluginId, version)
  await using file = await store.blobs.open(bundleDigest)
  if (file === undefined) throw registryError('BLOB_NOT_FOUND', 'Expected the bundle of this release, found none.')
  const content = readVerifiedBundle(await file.readFile(), bundleDigest).get(SBOM_FILE)
  const parsed = content === undefined ? undefined : sbomDocument.safeParse(parseJson(content))
  if (parsed?.success === true) return parsed.data
  throw advisoryError(
    'SBOM_NOT_FOUND',
    `Expected a bill of materials (${SBOM_FILE}) in the bundle of ${pluginId}@${version}, found none. Pack with the current \`nexus plugin pack\` to have one.`,
  )
}

function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'))
  } catch {
    return undefined
  }
}
