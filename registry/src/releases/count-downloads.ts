import type { BundleDigest } from '../bundle/digest.ts'
import { DOWNLOAD_FLUSH_MS } from '../limits.ts'
import type { RegistryLogger } from '../logger.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { recordDownload } from './record-download.ts'

/** Counts downloads in memory and writes them together: a write for each would cost more than the download. */
export interface DownloadCounter extends AsyncDisposable {
  count(digest: BundleDigest): void
}

export function createDownloadCounter(store: RegistryStore, logger: RegistryLogger): DownloadCounter {
  const counts = new Map<BundleDigest, number>()
  let writing = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const flush = async () => {
    timer = undefined
    const counted = [...counts]
    counts.clear()
    for (const [digest, times] of counted) await recordDownload(store, digest, new Date(), times)
  }
  const flushSoon = () => {
    writing = writing.then(flush).catch((error: unknown) => {
      logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'Downloads could not be counted.')
    })
  }
  return {
    count(digest) {
      counts.set(digest, (counts.get(digest) ?? 0) + 1)
      timer ??= setTimeout(flushSoon, DOWNLOAD_FLUSH_MS).unref()
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      flushSoon()
      await writing
    },
  }
}
