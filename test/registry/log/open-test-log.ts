import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogEntry } from '@nexus/registry/contract'
import { appendToLog } from '../../../registry/src/log/append-to-log.ts'
import { type RegistryStore, openStore } from '../../../registry/src/store/open-store.ts'

/** A store with an empty log, in a folder of its own. */
export async function openTestLog(): Promise<RegistryStore & { append(entry: LogEntry): Promise<number> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-log-'))
  const store = await openStore({ dataDir, databaseUrl: 'sqlite::memory:' })
  return {
    ...store,
    append: (entry) => store.database.transaction((manager) => appendToLog(manager, entry)),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true })
    },
  }
}

export function published(version: string, id = 'acme/weather'): LogEntry {
  return {
    kind: 'release.published',
    id,
    version,
    bundleDigest: `sha512:${'a'.repeat(128)}`,
    publisherSignatureDigest: `sha256:${'b'.repeat(64)}`,
    admissionDigest: `sha256:${'c'.repeat(64)}`,
  }
}
