import type { RegistryClient } from '../registry-client.ts'
import type { AuditedLog, CatalogueRelease } from './audit-log.ts'
import { CATALOGUE_PAGE, LOG_PAGE } from './limits.ts'
import type { LogSource } from './log-source.ts'

/** The log of a registry as it is now, leaf by leaf, and everything that the registry offers. */
export async function openRegistryLog(
  registry: Pick<RegistryClient, 'search' | 'plugin'>,
  source: LogSource,
): Promise<AuditedLog & { readonly size: number }> {
  const { origin, publicKey, size, checkpoint } = await source.head()
  return {
    identity: { origin, publicKey },
    size,
    checkpoint,
    entries: readEntries(source, size),
    catalogue: readCatalogue(registry),
  }
}

async function* readEntries(
  source: LogSource,
  size: number,
): AsyncGenerator<Awaited<ReturnType<LogSource['entries']>>['items'][number]> {
  for (let start = 0; start < size;) {
    const { items } = await source.entries(start, Math.min(LOG_PAGE, size - start))
    if (items.length === 0) return
    yield* items
    start += items.length
  }
}

async function* readCatalogue(registry: Pick<RegistryClient, 'search' | 'plugin'>): AsyncGenerator<CatalogueRelease> {
  for (let cursor: string | undefined; ;) {
    const page = await registry.search({ limit: CATALOGUE_PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id } of page.items) {
      for (const { version, bundleDigest } of (await registry.plugin(id)).versions) yield { id, version, bundleDigest }
    }
    cursor = page.nextCursor
    if (cursor === undefined) return
  }
}
