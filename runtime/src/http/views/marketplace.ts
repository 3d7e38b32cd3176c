import type { MarketplaceItem, MarketplacePlugin } from '../../contract/index.ts'
import { capabilityStrip } from '../../grants/index.ts'
import type { SandboxProfile } from '../../sandbox/profile.ts'
import type { Translate } from '../language.ts'
import type { InstallationFacts, MarketplaceListing, MarketplaceRelease } from '../ports.ts'
import { configFieldViews } from './config-field.ts'
import { contributionViews, declaredTools, learnsTools } from './contributions.ts'
import { permissionViews } from './permission.ts'

export function marketplaceItem(
  listing: MarketplaceListing,
  installed: InstallationFacts | undefined,
  translate: Translate,
): MarketplaceItem {
  const { pluginId, version, kind, publisher, publishedAt, downloads } = listing
  return {
    pluginId,
    displayName: translate(listing.displayName),
    description: translate(listing.description),
    kind,
    publisher: { ...publisher },
    version,
    publishedAt,
    downloads,
    keywords: [...listing.keywords],
    strip: capabilityStrip(listing.permissions),
    ...(installed !== undefined && {
      installation: { id: installed.row.id, version: installed.row.version, state: installed.state },
    }),
  }
}

export function marketplacePlugin(
  release: MarketplaceRelease,
  installed: readonly InstallationFacts[],
  profiles: ReadonlyMap<string, SandboxProfile>,
  translate: Translate,
): MarketplacePlugin {
  const { manifest, readmeHtml, sizeBytes, bundleDigest, versions, chain, verified } = release
  return {
    ...marketplaceItem(release, installed[0], translate),
    installations: installed.map(({ row: { id, label, version }, state }) => ({ id, label, version, state })),
    license: manifest.license,
    ...(manifest.homepage !== undefined && { homepage: manifest.homepage }),
    ...(manifest.repository !== undefined && { repository: manifest.repository }),
    readmeHtml,
    sizeBytes,
    bundleDigest,
    versions: versions.map((one) => ({ ...one })),
    permissions: permissionViews(manifest, {}, translate),
    config: configFieldViews(manifest, translate),
    tools: declaredTools(manifest),
    toolsDynamic: learnsTools(manifest),
    contributions: contributionViews(manifest, translate),
    sandbox: sandboxView(manifest.sandbox, profiles),
    chain: [...chain],
    verified,
  }
}

/** What the plugin asks for, held against the profile it names: the smaller limit counts. */
export function sandboxView(
  { profile: name, limits }: MarketplaceRelease['manifest']['sandbox'],
  profiles: ReadonlyMap<string, SandboxProfile>,
): MarketplacePlugin['sandbox'] {
  const profile = profiles.get(name)
  if (profile === undefined) return { profile: name, tier: 'unknown', memoryMb: 0, wallMsPerCall: 0 }
  return {
    profile: name,
    tier: profile.tier,
    memoryMb: Math.min(profile.limits.memoryMb, limits.memoryMb ?? Infinity),
    wallMsPerCall: Math.min(profile.limits.wallMsPerCall, limits.wallMsPerCall ?? Infinity),
  }
}
