import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts, InstallationFacts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { marketplaceItem, marketplacePlugin } from '../views/marketplace.ts'

export function marketplaceRoutes(
  ports: Pick<HttpPorts, 'marketplace' | 'installer' | 'profiles'>,
): readonly ServedRoute[] {
  const { marketplace, installer, profiles } = ports
  return [
    serveRoute('marketplace', async ({ query, principal, translate }) => {
      const [found, installed] = await Promise.all([marketplace.search(query), installer.list(principal.workspaceId)])
      const items = found.items.map((listing) =>
        marketplaceItem(listing, installationOf(listing.pluginId, installed), translate),
      )
      return { items, total: found.total }
    }),
    serveRoute('marketplacePlugin', async ({ params, query, principal, translate }) => {
      const pluginId = `${params.publisher}/${params.name}`
      const [release, installed] = await Promise.all([
        marketplace.release(pluginId, query.version),
        installer.list(principal.workspaceId),
      ])
      if (release === undefined) {
        throw httpError(
          'HTTP_NOT_FOUND',
          `Expected a release of the registry, found no ${pluginId}${query.version === undefined ? '' : `@${query.version}`}.`,
        )
      }
      const own = installed.filter(({ row }) => row.pluginId === pluginId)
      return marketplacePlugin(release, own, profiles, translate)
    }),
  ]
}

function installationOf(pluginId: string, installed: readonly InstallationFacts[]): InstallationFacts | undefined {
  return installed.find(({ row }) => row.pluginId === pluginId)
}
