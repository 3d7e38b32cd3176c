import type { releaseRoutes } from '../../contract/routes/releases.ts'
import { registryError } from '../../errors.ts'
import { moveTag, removeTag } from '../../packages/dist-tags.ts'
import { deprecateVersions } from '../../packages/deprecate.ts'
import { packageNameOf } from '../../packages/names.ts'
import { requirePublish, requireYank } from '../../accounts/permissions.ts'
import type { Actor } from '../../accounts/actor.ts'
import { getPlugin, getRelease, resolveRelease } from '../../releases/find-releases.ts'
import { publishRelease } from '../../releases/publish-release.ts'
import { searchPlugins } from '../../releases/search-plugins.ts'
import { signVersion } from '../../releases/sign-version.ts'
import { uploaderOf } from '../../releases/uploader-of.ts'
import { revokeRelease, unyankRelease, yankRelease } from '../../releases/withdraw-release.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'
import { openBlob } from './open-blob.ts'
import { createWriteLimit } from '../write-limit.ts'

export function releaseHandlers(store: RegistryStore): HandlersOf<typeof releaseRoutes> {
  const limit = createWriteLimit()
  return {
    search: ({ query }) => searchPlugins(store, query),
    plugin: ({ params }) => getPlugin(store, idOf(params)),
    resolve: ({ params, query }) => resolveRelease(store, idOf(params), query),
    release: ({ params }) => getRelease(store, idOf(params), params.version),
    blob: ({ params }) => openBlob(store, params.digest),
    upload: ({ actor, body }) => limit(() => store.uploads.receive(uploaderOf(actor), body)),
    async publish({ actor, params, body }) {
      const publisher = await publisherOf(store, actor, params)
      return limit(() =>
        publishRelease(store, { pluginId: idOf(params), uploader: uploaderOf(actor), actor: publisher, ...body }),
      )
    },
    async signVersion({ actor, params, body }) {
      const publisher = await publisherOf(store, actor, params)
      return limit(() => signVersion(store, nameOf(params), body.signature, publisher))
    },
    async yank({ actor, params, query }) {
      await requireYank(store, actor, packageOf(params))
      await yankRelease(store, nameOf(params), query.reason)
    },
    async unyank({ actor, params }) {
      await requireYank(store, actor, packageOf(params))
      await unyankRelease(store, nameOf(params))
    },
    async revoke({ actor, params, body }) {
      await requireYank(store, actor, packageOf(params))
      await revokeRelease(store, nameOf(params), body.reason)
    },
    ...labelHandlers(store),
  }
}

/** Channels and warnings: what may change about a release without a new one. */
function labelHandlers(store: RegistryStore) {
  type Labels = HandlersOf<Pick<typeof releaseRoutes, 'deprecate' | 'undeprecate' | 'moveChannel' | 'removeChannel'>>
  const labels: Labels = {
    async deprecate({ actor, params, body }) {
      await requirePublish(store, actor, packageOf(params))
      await deprecateVersions(store, packageOf(params), new Map([[params.version, body.message]]))
    },
    async undeprecate({ actor, params }) {
      await requirePublish(store, actor, packageOf(params))
      await deprecateVersions(store, packageOf(params), new Map([[params.version, undefined]]))
    },
    async moveChannel({ actor, params, body }) {
      await requirePublish(store, actor, packageOf(params))
      await moveTag(store, packageOf(params), params.channel, body.version)
    },
    async removeChannel({ actor, params }) {
      await requirePublish(store, actor, packageOf(params))
      await removeTag(store, packageOf(params), params.channel)
    },
  }
  return labels
}

interface PluginParams {
  readonly publisher: string
  readonly name: string
}

async function publisherOf(store: RegistryStore, actor: Actor | undefined, params: PluginParams): Promise<Actor> {
  await requirePublish(store, actor, packageOf(params))
  if (actor === undefined) throw registryError('UNAUTHENTICATED', 'Expected somebody who publishes, found nobody.')
  return actor
}

function packageOf(params: PluginParams): string {
  return packageNameOf(idOf(params))
}

function nameOf(params: PluginParams & { readonly version: string }) {
  return { pluginId: idOf(params), version: params.version }
}

function idOf(params: PluginParams): string {
  return `${params.publisher}/${params.name}`
}
