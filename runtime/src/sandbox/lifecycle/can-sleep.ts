import type { PluginManifest } from '@nexus/plugin-api'
import { learnt } from '../isolate/read-registrations.ts'

/**
 * May the code of this plugin be unloaded between calls? Only when all it offers stands in the manifest: what was
 * learned at run time and upstreams live from what `activate` did, and would be gone with it.
 */
export function canSleep(manifest: PluginManifest): boolean {
  const { contributes } = manifest
  if (Object.values(learnt(manifest)).includes(true)) return false
  return !('upstreams' in contributes && contributes.upstreams.length > 0)
}
