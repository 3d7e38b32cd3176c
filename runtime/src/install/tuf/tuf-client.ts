import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type LogIdentity,
  type TufRevocations,
  registryRoutes as routes,
  tufRevocations,
  tufSnapshot,
  tufTimestamp,
} from '@nexus/registry/contract'
import { readTrustedLog } from '@nexus/registry/log'
import { errorCode } from '@nexus/plugin-api'
import { binOf } from '@nexus/registry/tuf'
import { type Fetcher, type TargetFile, Updater } from 'tuf-js'
import { refuseTuf } from './errors.ts'
import { CARRIED_GRACE_MS, DAY_MS, FRESH_MS, MAX_TARGET_BYTES, METADATA_LIMITS } from './limits.ts'
import { type ReadFileByName, createFetcher } from './tuf-fetcher.ts'
import type { TufFolder } from './tuf-folder.ts'

/** The update client of this host. Everything it says was verified from the pinned root, just now. */
export interface TufClient {
  readonly folder: TufFolder
  /** Length and hashes of a target; `undefined`: it is not listed. */
  target(path: string): Promise<{ readonly length: number; readonly sha512: string } | undefined>
  /** The log that root keys vouch for. */
  logIdentity(): Promise<LogIdentity>
  /** What was withdrawn. */
  revocations(): Promise<TufRevocations>
}

const METADATA_PATH = routes.tufMetadata.path.replace('/:file', '')
const TARGETS_PATH = routes.tufTarget.path.replace('/:file', '')

/** Whether the metadata come over the network, or were carried here by somebody in a mirror. */
export interface Carried {
  readonly isCarried: boolean
  readonly now?: Date
}

/**
 * A mirror is always somewhat old. Its metadata are looked at as of the moment before they ended, for as long as a
 * mirror may be used; that nothing older than known is taken stays as it is.
 */
function setBack(client: Updater, timestamp: string, now: Date): void {
  const { expires } = tufTimestamp.parse(JSON.parse(timestamp)).signed
  const late = now.getTime() - Date.parse(expires)
  if (late < 0) return
  if (late > CARRIED_GRACE_MS) {
    const days = Math.floor(CARRIED_GRACE_MS / DAY_MS)
    throw new Error(`the mirror's timestamp is expired for more than ${days} days: carry a newer mirror`)
  }
  // The library keeps the time it compares with, set when it was made, and offers no way to give it one.
  Object.assign(Object(Reflect.get(client, 'trustedSet')), { referenceTime: new Date(Date.parse(expires) - 1000) })
}

/** Opens the client. Before first contact the newest root is fetched and pinned, unless one was given. */
export function createTufClient(
  url: string,
  folder: TufFolder,
  read: ReadFileByName,
  carried: Carried = { isCarried: false },
): TufClient {
  const fetcher = createFetcher(read)
  const updater = createUpdater(url.replace(/\/$/, ''), folder, fetcher, carried)
  let last: Promise<unknown> = Promise.resolve()
  /** One at a time: the library writes its files while it walks. */
  const inTurn = <Result>(work: (client: Updater) => Promise<Result>): Promise<Result> => {
    const next = last.then(async () => {
      try {
        return await work(await updater.fresh())
      } catch (cause) {
        updater.forget()
        throw errorCode(cause) === 'REGISTRY_UNREACHABLE' ? cause : refuseTuf(cause)
      }
    })
    last = next.catch(() => {})
    return next
  }
  const find = async (path: string): Promise<TargetFile | undefined> => {
    const wasFresh = updater.isFresh
    const found = await inTurn((client) => lookUp(client, path, folder))
    // What was published a moment ago is in newer metadata than those of a moment ago.
    if (found !== undefined || !wasFresh) return found
    updater.forget()
    return inTurn((client) => lookUp(client, path, folder))
  }
  const content = (name: string): Promise<string> =>
    inTurn(async (client) => {
      const target = await client.getTargetInfo(name)
      if (target === undefined) throw new Error(`the target ${name} is not listed`)
      if (target.length > MAX_TARGET_BYTES) throw new Error(`the target ${name} is said to have ${target.length} bytes`)
      const path = join(folder.metadataDir, `target-${name}`)
      return readFile(await client.downloadTarget(target, path), 'utf8')
    })
  return {
    folder,
    async target(path) {
      const found = await find(path)
      return found === undefined ? undefined : { length: found.length, sha512: found.hashes['sha512'] ?? '' }
    },
    logIdentity: async () => readTrustedLog(await content('trusted_root.json')),
    revocations: async () => tufRevocations.parse(JSON.parse(await content('revocations.json'))),
  }
}

/** The library's client, refreshed; a moment later the same one, later a new one. */
function createUpdater(base: string, folder: TufFolder, fetcher: Fetcher, carried: Carried) {
  let known: { readonly client: Updater; readonly until: number } | undefined
  const download = async (file: string, limit: number): Promise<string> =>
    (await fetcher.downloadBytes(`${base}${METADATA_PATH}/${file}`, limit)).toString('utf8')
  return {
    get isFresh() {
      return known !== undefined
    },
    forget() {
      known = undefined
    },
    async fresh(): Promise<Updater> {
      if (known !== undefined && Date.now() < known.until) return known.client
      if ((await folder.readRoot()) === undefined) {
        await folder.pin(await download('root.json', METADATA_LIMITS.rootMaxLength))
      }
      const client = new Updater({
        metadataDir: folder.metadataDir,
        metadataBaseUrl: base + METADATA_PATH,
        targetDir: folder.metadataDir,
        targetBaseUrl: base + TARGETS_PATH,
        fetcher,
        config: METADATA_LIMITS,
      })
      if (carried.isCarried) {
        const timestamp = await download('timestamp.json', METADATA_LIMITS.timestampMaxLength)
        setBack(client, timestamp, carried.now ?? new Date())
      }
      await client.refresh()
      known = { client, until: Date.now() + FRESH_MS }
      return client
    },
  }
}

/** A bin in which nothing was ever put is not in the snapshot, and tuf-js breaks on it: then nothing is listed. */
async function lookUp(client: Updater, path: string, { metadataDir }: TufFolder): Promise<TargetFile | undefined> {
  try {
    return await client.getTargetInfo(path)
  } catch (error) {
    const { meta } = tufSnapshot.parse(JSON.parse(await readFile(join(metadataDir, 'snapshot.json'), 'utf8'))).signed
    if (error instanceof TypeError && !Object.hasOwn(meta, `${binOf(path)}.json`)) return undefined
    throw error
  }
}
