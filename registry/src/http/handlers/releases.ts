import type { releaseRoutes } from '../../contract/routes/releases.ts'
import { registryError } from '../../errors.ts'
import { getPlugin, getRelease, resolveRelease, setYanked } from '../../releases/find-releases.ts'
import { publishRelease } from '../../releases/publish-release.ts'
import { recordDownload } from '../../releases/record-download.ts'
import { searchPlugins } from '../../releases/search-plugins.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import { requireNamespace } from '../authorize.ts'
import type { HandlersOf } from '../handler-types.ts'
import { createWriteLimit } from '../write-limit.ts'

export function releaseHandlers(store: RegistryStore): HandlersOf<typeof releaseRoutes> {
  const limit = createWriteLimit()
  return {
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
  }
}

function idOf(params: { readonly publisher: string; readonly name: string }): string {
  return `${params.publisher}/${params.name}`
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
