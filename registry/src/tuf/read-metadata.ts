import { tufError } from './errors.ts'
import { refreshMetadata } from './refresh-metadata.ts'
import { readCurrent, readVersion, targetName } from './tuf-files.ts'
import { describeTarget } from './make-root.ts'
import type { TufStore } from './tuf-store.ts'

/** The files that update clients ask for. */
export interface TufReader {
  /** `timestamp.json`, `root.json` (the newest), or `<version>.<role>.json`. */
  metadata(file: string): Promise<string>
  /** A target that is not a bundle, by its name with its hash in front: `<sha512>.keys.json`. */
  target(file: string): Promise<string>
}

const VERSIONED = /^(?<version>[1-9][0-9]{0,9})\.(?<name>root|targets|snapshot|releases-[0-9a-f]{1,8})\.json$/

export function createTufReader(tuf: TufStore): TufReader {
  const { run } = tuf.statements
  // Two who ask at once wait for the same work.
  let refreshing: Promise<void> | undefined
  const refresh = () =>
    (refreshing ??= refreshMetadata(tuf).finally(() => {
      refreshing = undefined
    }))
  return {
    async metadata(file) {
      // What a client reads begins with the timestamp: it never sees a release that the metadata lack.
      if (file === 'timestamp.json') await refresh()
      const { version, name } = VERSIONED.exec(file)?.groups ?? {}
      const found =
        version === undefined || name === undefined
          ? await readNewest(file)
          : await readVersion(run, name, Number(version))
      if (found === undefined) throw notFound(file)
      return found.content
    },
    async target(file) {
      const [hash = '', ...rest] = file.split('.')
      const found = await readCurrent(run, targetName(rest.join('.')))
      if (found === undefined || describeTarget(found.content).hashes.sha512 !== hash) throw notFound(file)
      return found.content
    },
  }

  function readNewest(file: string) {
    if (file !== 'timestamp.json' && file !== 'root.json') return Promise.resolve(undefined)
    return readCurrent(run, file.slice(0, -'.json'.length))
  }
}

function notFound(file: string) {
  return tufError('TUF_FILE_NOT_FOUND', `Expected a metadata file ${file}, found none.`)
}
