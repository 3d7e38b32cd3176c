import type { tufRoutes } from '../../contract/routes/tuf.ts'
import { tufError } from '../../tuf/errors.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'
import { openBlob } from './open-blob.ts'

const RELEASE = /^(?<digest>[0-9a-f]{128})\.(?<version>.+)\.tgz$/

export function tufHandlers(store: RegistryStore): HandlersOf<typeof tufRoutes> {
  return {
    async tufMetadata({ params: { file } }) {
      const isMoving = file === 'timestamp.json' || file === 'root.json'
      return json(await store.tuf.metadata(file), isMoving)
    },
    tufTarget: async ({ params: { file } }) => json(await store.tuf.target(file), false),
    tufRelease({ params: { file } }) {
      const digest = RELEASE.exec(file)?.groups?.['digest']
      if (digest === undefined) {
        throw tufError('TUF_FILE_NOT_FOUND', 'Expected a bundle as `<sha512>.<version>.tgz`, found another name.')
      }
      return openBlob(store, `sha512:${digest}`)
    },
    tufRoot: () => store.tuf.status(),
    installTufRoot: ({ body }) => store.tuf.install(body),
  }
}

function json(content: string, isMoving: boolean) {
  return {
    type: 'application/json',
    cacheControl: isMoving ? 'no-store' : 'public, max-age=3600',
    body: Buffer.from(content),
  }
}
