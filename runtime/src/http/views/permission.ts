import {
  type ConfigValues,
  PERMISSION_FAMILIES,
  type PermissionFamily,
  type Permissions,
  type PluginManifest,
} from '@nexus/plugin-api'
import type { PermissionView } from '../../contract/index.ts'
import { type Grants, type ProcessGrant, capabilityStrip, processReach, resolveGrants } from '../../grants/index.ts'
import type { Translate } from '../language.ts'

type Entry = NonNullable<Permissions[PermissionFamily]>[number]

/** Every permission of a manifest in words, in the fixed order of the families; targets follow the configuration given. */
export function permissionViews(
  manifest: PluginManifest,
  config: ConfigValues,
  translate: Translate,
  /** The configuration is what an installation has or would have, not an empty one for showing. */
  isConfigured = false,
): PermissionView[] {
  return PERMISSION_FAMILIES.flatMap((family) => [
    ...(manifest.permissions[family] ?? []).map((entry) => ({ family, entry, optional: false })),
    ...(manifest.optionalPermissions[family] ?? []).map((entry) => ({ family, entry, optional: true })),
  ]).map(({ family, entry, optional }) => {
    // One permission alone goes through the same code that grants and measures all of them: what people read is
    // what would be given.
    const only: Permissions = { [family]: [entry] }
    const grants = resolveGrants({ ...manifest, permissions: only }, config, { allowPrivateAddresses: [] })
    const fromConfig = configFieldOf(family, entry)
    const targets = targetTexts[family](grants)
    return {
      family,
      reach: capabilityStrip(only)[family],
      targets: [...targets],
      ...(fromConfig !== undefined && { fromConfig }),
      ...(isConfigured && fromConfig !== undefined && !optional && targets.length === 0 && { unused: true }),
      ...(grants.processes.some(({ network }) => network === 'host') && { alert: 'whole-network' as const }),
      reason: translate(entry.reason),
      optional,
    }
  })
}

function configFieldOf(family: PermissionFamily, entry: Entry): string | undefined {
  if ('fromConfig' in entry) return entry.fromConfig
  return family === 'secrets' && 'name' in entry ? entry.name : undefined
}

/** Grants of one family as people read them. */
const targetTexts: Readonly<Record<PermissionFamily, (grants: Grants) => readonly string[]>> = {
  network: ({ network }) =>
    network.map(
      ({ host, port, scheme, methods }) => `${scheme === 'http' ? 'http://' : ''}${host}:${port} ${methods.join(' ')}`,
    ),
  files: ({ files }) => files.map(({ root, path, access }) => `${root}${path === '' ? '' : `/${path}`} ${access}`),
  secrets: ({ secrets }) => secrets.map(({ field, access }) => `${field} (${access})`),
  tools: ({ tools }) => tools,
  processes: ({ processes }) => processes.map(processText),
  panels: ({ panels }) => panels,
  events: ({ events }) => events.map(({ event, direction }) => `${direction} ${event}`),
  schedules: ({ schedules }) => schedules.map(({ name, cron, timeZone = 'UTC' }) => `${name}: ${cron} (${timeZone})`),
  client: ({ client }) => client,
}

function processText(grant: ProcessGrant): string {
  const reaches = [
    ...grant.readable.map((folder) => `reads ${folder}`),
    ...grant.writable.map((folder) => `changes ${folder}`),
    ...processReach(grant),
  ]
  return ['command' in grant ? grant.command : grant.package, ...reaches].join(', ')
}
