import { registryError } from '../../errors.ts'
import { recordDownload } from '../../releases/record-download.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { BundleAnswer } from '../handler-types.ts'

/** A bundle by its digest, to be streamed and counted. */
export async function openBlob(store: RegistryStore, digest: `sha512:${string}`): Promise<BundleAnswer> {
  const file = await store.blobs.open(digest)
  if (file === undefined) throw registryError('BLOB_NOT_FOUND', 'Expected a bundle with this digest, found none.')
  const { size } = await file.stat()
  return {
    digest,
    size,
    async open() {
      await recordDownload(store, digest)
      return file.createReadStream()
    },
    close: () => file.close(),
  }
}
