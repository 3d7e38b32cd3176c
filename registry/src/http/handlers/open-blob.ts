import { registryError } from '../../errors.ts'
import { recordDownload } from '../../releases/record-download.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { BundleAnswer } from '../handler-types.ts'
import { storageFull } from '../storage-full.ts'

/** A bundle by its digest, to be streamed and counted. */
export async function openBlob(store: RegistryStore, digest: `sha512:${string}`): Promise<BundleAnswer> {
  const file = await store.blobs.open(digest)
  if (file === undefined) throw registryError('BLOB_NOT_FOUND', 'Expected a bundle with this digest, found none.')
  const { size } = await file.stat()
  return {
    digest,
    size,
    async open() {
      await recordDownload(store, digest).catch(passOverFull)
      return file.createReadStream()
    },
    close: () => file.close(),
  }
}

/** A full disk costs the count of a download, not the download. */
function passOverFull(error: unknown): void {
  if (storageFull(error) === undefined) throw error
}
