import type { PluginManifest } from '@nexus/plugin-api'
import { canonicalJson } from '@nexus/registry/bundle'
import { type PermissionChange, diffPermissions, resolveGrants } from '../../grants/index.ts'
import { toolsOf } from './describe-plugin.ts'

/** What changes for whoever updates. */
export interface PluginComparison {
  readonly from: string
  /** Wider and narrower permissions; wider ones wait for a new consent. What the configuration names is not in it. */
  readonly permissions: readonly PermissionChange[]
  readonly tools: readonly { readonly name: string; readonly change: 'added' | 'removed' | 'changed' }[]
}

/** Compares two versions of a plugin as an update does. */
export function comparePlugins(before: PluginManifest, after: PluginManifest): PluginComparison {
  const grantsOf = (manifest: PluginManifest) => resolveGrants(manifest, {}, { allowPrivateAddresses: [] })
  const old = new Map(toolsOf(before).map((tool) => [tool.name, canonicalJson(tool)]))
  const now = new Map(toolsOf(after).map((tool) => [tool.name, canonicalJson(tool)]))
  const kept = [...now].filter(([name, text]) => old.has(name) && old.get(name) !== text)
  return {
    from: before.version,
    permissions: diffPermissions(grantsOf(before), grantsOf(after)).filter(({ change }) => change !== 'same'),
    tools: [
      ...[...now.keys()].filter((name) => !old.has(name)).map((name) => ({ name, change: 'added' as const })),
      ...[...old.keys()].filter((name) => !now.has(name)).map((name) => ({ name, change: 'removed' as const })),
      ...kept.map(([name]) => ({ name, change: 'changed' as const })),
    ],
  }
}
