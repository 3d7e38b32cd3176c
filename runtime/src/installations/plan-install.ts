import type { JsonObject, PluginManifest } from '@nexus/plugin-api'
import { satisfies } from 'semver'
import { checkAccepted } from '../admission/admit-contributions.ts'
import { consentDigest, resolveGrants } from '../grants/index.ts'
import type { InstallPlanFacts } from '../http/ports.ts'
import { chooseLabel } from './choose-label.ts'
import { findProfile, isAllowed } from './choose-profile.ts'
import type { ConfigIssue } from './config-values.ts'
import { checkConfig } from './config-values.ts'
import { installationError } from './errors.ts'
import type { CheckedRelease, InstallerPorts } from './ports.ts'

/** What an install of this release with this configuration would give, without doing it. */
export async function planInstall(
  ports: InstallerPorts,
  workspaceId: string,
  request: PlanChoices & {
    readonly pluginId: string
    readonly version?: string | undefined
    readonly label?: string | undefined
  },
): Promise<InstallPlanFacts> {
  // A label that is taken is said before anything is downloaded, not after.
  if (request.label !== undefined) {
    chooseLabel(request.pluginId, request.label, await ports.store.installations.ofWorkspace(workspaceId))
  }
  const release = await ports.releases.inspect(request.pluginId, request.version)
  if (release !== undefined) return await planRelease(ports, workspaceId, release, request)
  throw installationError(
    'INSTALLATION_UNKNOWN',
    `Expected a release of the registry, found no ${request.pluginId}${request.version === undefined ? '' : ` ${request.version}`}.`,
  )
}

interface PlanChoices {
  readonly profile?: string | undefined
  readonly config: JsonObject
}

/** The same for a release that was found already. */
export async function planRelease(
  ports: InstallerPorts,
  workspaceId: string,
  release: CheckedRelease,
  choices: PlanChoices,
): Promise<InstallPlanFacts> {
  checkFits(ports, release.manifest)
  const profile = findProfile(ports, choices.profile ?? release.manifest.sandbox.profile)
  const { values, grants, issues } = await settle(ports, workspaceId, release.manifest, choices.config, [])
  return {
    manifest: release.manifest,
    bundleDigest: release.bundleDigest,
    chain: release.chain,
    config: values,
    grants,
    configErrors: [...issues],
    profile,
    profileAllowed: isAllowed(ports, profile, release.manifest),
    newSigner: release.newSigner,
    policy: release.policy,
    consentDigest: consentDigest(release.bundleDigest, grants),
  }
}

/** Configuration checked, secrets known to exist, grants made concrete. */
export async function settle(
  ports: Pick<InstallerPorts, 'store'>,
  workspaceId: string,
  manifest: PluginManifest,
  written: Readonly<Record<string, unknown>>,
  allowPrivateAddresses: readonly string[],
) {
  const { values, issues } = checkConfig(manifest, written)
  const missing: ConfigIssue[] = []
  for (const [name, field] of Object.entries(manifest.config)) {
    const value = values[name]
    const chosen =
      field.type === 'secret' && typeof value === 'string'
        ? [value]
        : field.type === 'secrets' && typeof value === 'object'
          ? Object.values(value)
          : []
    for (const secret of chosen) {
      const known = await ports.store.secrets.get({ workspaceId, name: secret })
      if (known === undefined)
        missing.push({
          path: name,
          message: `Expected a secret of this workspace, found none named \`${secret}\`.`,
        })
    }
  }
  return { values, issues: [...issues, ...missing], grants: resolveGrants(manifest, values, { allowPrivateAddresses }) }
}

/** Refuses before anything is fetched what could never start here. */
export function checkFits(ports: Pick<InstallerPorts, 'profiles' | 'hostVersion'>, manifest: PluginManifest): void {
  checkAccepted(manifest)
  if (!satisfies(ports.hostVersion, manifest.engines.nexus, { includePrerelease: true })) {
    throw installationError(
      'INSTALLATION_HOST_VERSION',
      `Expected a plugin for Nexus ${ports.hostVersion}, found one for ${manifest.engines.nexus}.`,
    )
  }
  if (!ports.profiles.has(manifest.sandbox.profile)) {
    throw installationError(
      'SANDBOX_PROFILE_UNKNOWN',
      `Expected a sandbox profile of this host, found \`${manifest.sandbox.profile}\`. Known: ${[...ports.profiles.keys()].join(', ')}.`,
    )
  }
}
