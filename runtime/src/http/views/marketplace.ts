import type { MarketplaceItem, MarketplacePlugin } from '../../contract/index.ts'
import type { SandboxProfile } from '../../sandbox/profile.ts'
import type { Translate } from '../language.ts'
import type { InstallationFacts, MarketplaceListing, MarketplaceRelease } from '../ports.ts'
import { configFieldViews } from './config-field.ts'
import { contributionViews, declaredTools, learnsTools } from './contributions.ts'
import { manifestStrip, permissionViews } from './permission.ts'

export function marketplaceItem(
  listing: MarketplaceListing,
  installed: InstallationFacts | undefined,
  translate: Translate,
): MarketplaceItem {
  const { manifest, publisher, publishedAt, downloads } = listing
  return {
    pluginId: manifest.id,
    displayName: translate(manifest.displayName),
    description: translate(manifest.description),
    kind: manifest.kind,
    publisher: { ...publisher },
    version: manifest.version,
    publishedAt: publishedAt.toISOString(),
    downloads,
    keywords: [...manifest.keywords],
    strip: manifestStrip(manifest),
    ...(installed !== undefined && {
      installation: { id: installed.row.id, version: installed.row.version, state: installed.state },
    }),
  }
}

export function marketplacePlugin(
  release: MarketplaceRelease,
  installed: InstallationFacts | undefined,
  profiles: ReadonlyMap<string, SandboxProfile>,
  translate: Translate,
): MarketplacePlugin {
  const { manifest, readmeHtml, sizeBytes, bundleDigest, versions, chain, verified } = release
  return {
    ...marketplaceItem(release, installed, translate),
    license: manifest.license,
    ...(manifest.homepage !== undefined && { homepage: manifest.homepage }),
    ...(manifest.repository !== undefined && { repository: manifest.repository }),
    readmeHtml,
    sizeBytes,
    bundleDigest,
    versions: versions.map(({ version, publishedAt, yanked }) => ({
      version,
      publishedAt: publishedAt.toISOString(),
      yanked,
    })),
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
function sandboxView(
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
