import { errorCode, pluginKinds } from '@nexus/plugin-api'
import type { PluginSummary } from '@nexus/registry/contract'
import type { MarketplaceListing, MarketplacePort, MarketplaceRelease } from '../http/ports.ts'
import type { RegistryClient, ReleaseStore, Trust } from '../install/index.ts'

const PAGE = 100
/** Pages read for one search. */
const MAX_PAGES = 10

/** The registry as this host sees it: texts from the registry, the chain from this host's own check. */
export function createMarketplace(registry: RegistryClient, releases: ReleaseStore, trust: Trust): MarketplacePort {
  return {
    async search({ q, kind, publisher, sort }) {
      const query = {
        ...(q === undefined || q === '' ? {} : { q }),
        ...(isKind(kind) ? { kind } : {}),
        ...(publisher === undefined ? {} : { publisher }),
        sort: sort === undefined || sort === 'relevance' ? ('newest' as const) : sort,
        limit: PAGE,
      }
      const items: PluginSummary[] = []
      let cursor: string | undefined
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const found = await registry.search({ ...query, ...(cursor === undefined ? {} : { cursor }) })
        items.push(...found.items)
        cursor = found.nextCursor
        if (cursor === undefined) break
      }
      return { items: items.map((item) => listing(item, trust)), total: items.length }
    },
    async release(pluginId, version) {
      try {
        return await describe(registry, releases, trust, pluginId, version)
      } catch (error) {
        if (errorCode(error) === 'INSTALL_RELEASE_NOT_FOUND') return undefined
        throw error
      }
    },
  }
}

function isKind(kind: string | undefined): kind is keyof typeof pluginKinds {
  return kind !== undefined && Object.hasOwn(pluginKinds, kind)
}

function listing(summary: PluginSummary, trust: Trust): MarketplaceListing {
  const {
    id,
    kind,
    displayName,
    description,
    keywords,
    permissions,
    latestVersion,
    publisher,
    publishedAt,
    downloads,
  } = summary
  return {
    pluginId: id,
    version: latestVersion,
    kind,
    displayName,
    description,
    keywords,
    permissions,
    publisher: { ...publisher, trusted: trust.publisher(publisher.id) !== undefined },
    publishedAt,
    downloads,
  }
}

async function describe(
  registry: RegistryClient,
  releases: ReleaseStore,
  trust: Trust,
  pluginId: string,
  version: string | undefined,
): Promise<MarketplaceRelease> {
  const detail = await registry.plugin(pluginId)
  const plan = await releases.plan(pluginId, version ?? '*')
  const chosen = detail.versions.find((release) => release.version === plan.version)
  const { id, kind, displayName, description, keywords, permissions } = plan.manifest
  return {
    ...listing(detail, trust),
    // From here on the verified manifest speaks, not the registry.
    pluginId: id,
    version: plan.version,
    kind,
    displayName,
    description,
    keywords,
    permissions,
    publishedAt: chosen?.publishedAt ?? detail.publishedAt,
    manifest: plan.manifest,
    readmeHtml: detail.readmeHtml,
    sizeBytes: plan.size,
    bundleDigest: plan.bundleDigest,
    versions: detail.versions,
    chain: plan.chain,
    verified: plan.chain.every((link) => link.state === 'verified'),
  }
}
