import { registryError } from '../errors.ts'
import { createPublisher } from '../publishers/create-publisher.ts'
import { getPublisher, getTrustRoot } from '../publishers/get-publisher.ts'
import { addKey, revokeKey } from '../publishers/keys.ts'
import { createToken, revokeToken } from '../publishers/tokens.ts'
import { getPlugin, getRelease, resolveRelease, setYanked } from '../releases/find-releases.ts'
import { publishRelease } from '../releases/publish-release.ts'
import { recordDownload } from '../releases/record-download.ts'
import { searchPlugins } from '../releases/search-plugins.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { VERSION } from '../version.ts'
import { requireNamespace } from './authorize.ts'
import type { Handlers } from './handlers.ts'
import { createWriteLimit } from './write-limit.ts'

/** What each route does, in one line each: the work is in the other rooms. */
export function createHandlers(store: RegistryStore): Handlers {
  const limit = createWriteLimit()
  return {
    async health() {
      await checkReady(store)
      return { status: 'ok', version: VERSION }
    },
    trustRoot: () => getTrustRoot(store),
    search: ({ query }) => searchPlugins(store, query),
    plugin: ({ params }) => getPlugin(store, idOf(params)),
    resolve: ({ params, query }) => resolveRelease(store, idOf(params), query.range),
    release: ({ params }) => getRelease(store, idOf(params), params.version),
    blob: ({ params }) => openBlob(store, params.digest),
    upload: ({ actor, body }) => {
      if (actor?.kind !== 'publisher') throw registryError('FORBIDDEN', 'Expected a publisher, found somebody else.')
      return limit(() => store.uploads.receive(actor.publisherId, body))
    },
    publish: ({ actor, params, body }) => {
      const { tokenId } = requireNamespace(actor, params.publisher)
      return limit(() => publishRelease(store, { pluginId: idOf(params), tokenId, ...body }))
    },
    async yank({ actor, params }) {
      requireNamespace(actor, params.publisher)
      await setYanked(store, idOf(params), params.version, true)
    },
    async unyank({ actor, params }) {
      requireNamespace(actor, params.publisher)
      await setYanked(store, idOf(params), params.version, false)
    },
    publisher: ({ params }) => getPublisher(store, params.publisher),
    createPublisher: ({ body }) => createPublisher(store, body),
    async addKey({ params, body }) {
      await getPublisher(store, params.publisher)
      return addKey(store, params.publisher, body)
    },
    revokeKey: ({ params }) => revokeKey(store, params.publisher, params.keyId),
    async createToken({ params, body }) {
      await getPublisher(store, params.publisher)
      return createToken(store, params.publisher, body)
    },
    revokeToken: ({ params }) => revokeToken(store, params.publisher, params.tokenId),
  }
}

function idOf(params: { readonly publisher: string; readonly name: string }): string {
  return `${params.publisher}/${params.name}`
}

async function checkReady(store: RegistryStore): Promise<void> {
  try {
    await store.database.query('SELECT 1')
  } catch (cause) {
    throw registryError('UNAVAILABLE', 'Expected the database to answer, found that it does not. Try again later.', {
      cause,
    })
  }
}

async function openBlob(store: RegistryStore, digest: `sha512:${string}`) {
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
