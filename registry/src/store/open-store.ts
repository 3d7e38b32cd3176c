import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataSource } from 'typeorm'
import { type AccountOptions, type AccountState, openAccountState } from '../accounts/account-state.ts'
import type { DatabaseLogger, Statements } from '../database/index.ts'
import { openDatabase } from '../database/open-database.ts'
import { type LogFeed, createLogFeed } from '../log/feed.ts'
import { logEarlierReleases } from '../log/log-earlier-releases.ts'
import { type LogKey, loadLogKey } from '../log/log-key.ts'
import { setLogKey } from '../log/log-of-database.ts'
import { completeVersions } from '../packages/complete-versions.ts'
import { type Tuf, openTuf } from '../tuf/open-tuf.ts'
import { type OpenCatalog, openCatalog } from '../packages/search/open-catalog.ts'
import { isKept } from '../releases/keep-blob.ts'
import { type BlobStore, openBlobStore } from './blobs.ts'
import { type CommitSync, openCommitSync } from './commit-sync.ts'
import { migrations } from './migrations/index.ts'
import { type PackageChanges, createPackageChanges } from './package-changes.ts'
import type { RegistryKey } from './registry-key.ts'
import { type RegistryKeys, openRegistryKeys } from './registry-keys.ts'
import { entities } from './rows/index.ts'
import { type SigstoreRoot, loadSigstoreRoot } from './sigstore-root.ts'
import { type UploadStore, openUploadStore } from './uploads.ts'

/** Everything the registry keeps: rows, bundles, uploads and its key. */
export interface RegistryStore extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgres'
  readonly database: DataSource
  readonly blobs: BlobStore
  readonly uploads: UploadStore
  /** The key that countersigns releases now. */
  readonly key: RegistryKey
  readonly changes: PackageChanges
  readonly commits: CommitSync
  /** Everything that may be found, in memory. */
  readonly catalog: OpenCatalog
  /** For reads that are too hot for a query builder. */
  readonly statements: Statements
  readonly keys: RegistryKeys
  /** Who vouches for identities; `undefined`: only keys sign here. */
  readonly sigstore: SigstoreRoot | undefined
  /** The transparency log's key. */
  readonly logKey: LogKey
  readonly feed: LogFeed
  /** What update clients verify. */
  readonly tuf: Tuf
  /** What accounts need beside their rows. */
  readonly accounts: AccountState
}

/** Opens the store and removes what a crash may have left. `dataDir` belongs to one process. */
export async function openStore(options: {
  readonly databaseUrl: string
  readonly dataDir: string
  readonly logger?: DatabaseLogger
  readonly accounts?: AccountOptions
}): Promise<RegistryStore> {
  await using stack = new AsyncDisposableStack()
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  const database = stack.use(
    await openDatabase({
      url: options.databaseUrl,
      entities,
      migrations,
      migrationsTable: 'registry_migrations',
      ...(options.logger === undefined ? {} : { logger: options.logger }),
    }),
  )
  const blobs = stack.use(await openBlobStore(join(options.dataDir, 'blobs')))
  await blobs.sweep((bundleDigest) => isKept({ database: database.dataSource }, bundleDigest))
  const uploads = await openUploadStore(join(options.dataDir, 'uploads'))
  const keys = await openRegistryKeys(options.dataDir)
  await completeVersions({ database: database.dataSource, blobs, keys })
  const sigstore = await loadSigstoreRoot(options.dataDir)
  const logKey = await loadLogKey(options.dataDir)
  setLogKey(database.dataSource, logKey)
  await logEarlierReleases({ database: database.dataSource })
  const feed = createLogFeed({ database: database.dataSource, logKey })
  const { dialect, dataSource, statements } = database
  const tuf = stack.use(
    await openTuf({ dialect, database: dataSource, statements, logKey, keys, dataDir: options.dataDir }),
  )
  const accounts = await openAccountState(options.dataDir, options.accounts)
  const changes = createPackageChanges()
  const commits = stack.use(openCommitSync(options.databaseUrl))
  const closing = stack.move()
  return {
    dialect: database.dialect,
    database: database.dataSource,
    statements: database.statements,
    changes,
    commits,
    catalog: openCatalog(database.statements, changes),
    blobs,
    uploads,
    get key() {
      return keys.current('admission')
    },
    keys,
    sigstore,
    logKey,
    feed,
    tuf,
    accounts,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
