import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccountOptions } from '../../../registry/src/accounts/account-state.ts'
import { type RegistryStore, openStore } from '../../../registry/src/store/open-store.ts'

/** A real store in a temporary folder. */
export async function openTestStore(
  accounts: AccountOptions = {},
  databaseUrl?: string,
): Promise<{ readonly store: RegistryStore; readonly dataDir: string } & AsyncDisposable> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-registry-accounts-'))
  const store = await openStore({
    dataDir,
    databaseUrl: databaseUrl ?? `sqlite:${join(dataDir, 'registry.db')}`,
    accounts,
  })
  return {
    store,
    dataDir,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export const PASSWORD = 'correct horse battery staple'
