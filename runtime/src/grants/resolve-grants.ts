import type { ConfigValues, NetworkPermission, PluginManifest, ProcessPermission } from '@nexus/plugin-api'
import type { Grants, NetworkGrant, ProcessGrant } from './grant.ts'
import { parseTarget, targetName } from './parse-target.ts'

/** What an admin decides beyond saying yes. */
export interface GrantChoices {
  /** `host:port` of targets that may resolve to private addresses. */
  readonly allowPrivateAddresses: readonly string[]
}

/**
 * Turns what a manifest asks and what the admin configured into concrete grants. Config fields that are not filled in
 * grant nothing.
 */
export function resolveGrants(manifest: PluginManifest, config: ConfigValues, choices: GrantChoices): Grants {
  const { permissions } = manifest
  return {
    network: mergeTargets(
      (permissions.network ?? []).flatMap((permission) => networkGrants(permission, config, choices)),
    ),
    files: (permissions.files ?? []).map(({ root, path, access }) => ({ root, path: plainPath(path), access })),
    secrets: (permissions.secrets ?? [])
      .filter(({ name }) => config[name] !== undefined)
      .map(({ name, access }) => ({ field: name, access })),
    tools: (permissions.tools ?? []).map(({ tool }) => tool),
    processes: (permissions.processes ?? []).flatMap((permission) => processGrants(permission, config)),
    panels: (permissions.panels ?? []).map(({ panel }) => panel),
    events: (permissions.events ?? []).map(({ event, direction }) => ({ event, direction })),
    schedules: (permissions.schedules ?? []).map(({ name, cron, timeZone }) => ({
      name,
      cron,
      ...(timeZone === undefined ? {} : { timeZone }),
    })),
    client: [...new Set((permissions.client ?? []).map(({ ask }) => ask))],
  }
}

/** One spelling per place: no empty names between slashes or at the end. */
function plainPath(path: string): string {
  return path
    .split('/')
    .filter((name) => name !== '')
    .join('/')
}

function networkGrants(
  permission: NetworkPermission,
  config: ConfigValues,
  choices: GrantChoices,
): readonly NetworkGrant[] {
  const named = 'host' in permission ? [permission.host] : textsOf(config, permission.fromConfig)
  return named.flatMap((text) => {
    const target = parseTarget(text)
    if (target === undefined) return []
    const allowPrivateAddresses = choices.allowPrivateAddresses.includes(targetName(target))
    return [{ ...target, methods: [...permission.methods].toSorted(), allowPrivateAddresses }]
  })
}

/** One grant per target, with the methods of all permissions that name it. */
function mergeTargets(grants: readonly NetworkGrant[]): readonly NetworkGrant[] {
  const merged = new Map<string, NetworkGrant>()
  for (const grant of grants) {
    const key = `${grant.scheme}://${targetName(grant)}`
    const earlier = merged.get(key)
    const methods = [...new Set([...(earlier?.methods ?? []), ...grant.methods])].toSorted()
    merged.set(key, { ...grant, methods })
  }
  return [...merged.values()]
}

function processGrants(permission: ProcessPermission, config: ConfigValues): readonly ProcessGrant[] {
  const readable = permission.readFromConfig === undefined ? [] : textsOf(config, permission.readFromConfig)
  const writable = permission.writeFromConfig === undefined ? [] : textsOf(config, permission.writeFromConfig)
  const { network, hostNetworkFromConfig } = permission
  const reachesAll = hostNetworkFromConfig !== undefined && config[hostNetworkFromConfig] === true
  const reach = { readable, writable, network: reachesAll ? 'host' : network } as const
  if ('command' in permission) return [{ command: permission.command, ...reach }]
  return textsOf(config, permission.fromConfig).map((text) =>
    /@\d+\.\d+\.\d+/.test(text) ? { package: text, ...reach } : { command: text, ...reach },
  )
}

function textsOf(config: ConfigValues, field: string): readonly string[] {
  const value = config[field]
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}
