import type { PluginManifest } from '@nexus/plugin-api'

/**
 * May the code of this plugin be unloaded between calls? Only when all it offers stands in the manifest: tools learned
 * at run time and upstreams live from what `activate` did, and would be gone with it.
 */
export function canSleep({ contributes }: PluginManifest): boolean {
  if ('toolsDynamic' in contributes && contributes.toolsDynamic) return false
  return !('upstreams' in contributes && contributes.upstreams.length > 0)
}
