import type { BuiltPlugin } from '../project/build-plugin.ts'
import type { PluginSource } from '../../start/open-plugins.ts'
import { developerError } from '../errors.ts'
import { KEPT_BUILDS } from '../limits.ts'

/** What authors built, in the place of releases that were verified. */
export interface BuiltReleases extends PluginSource {
  add(plugin: BuiltPlugin): void
}

export function createBuiltReleases(): BuiltReleases {
  const byPlugin = new Map<string, BuiltPlugin[]>()
  return {
    add(plugin) {
      const others = (byPlugin.get(plugin.manifest.id) ?? []).filter(({ digest }) => digest !== plugin.digest)
      byPlugin.set(plugin.manifest.id, [...others, plugin].slice(-KEPT_BUILDS))
    },
    releases: {
      async open(digest) {
        for (const built of byPlugin.values()) {
          const found = built.find((plugin) => plugin.digest === digest)
          if (found !== undefined) return found
        }
        throw developerError(
          'BENCH_START',
          'Expected code that was built here, found it gone. Save a file to build it.',
        )
      },
    },
    // Authors run their own code.
    trust: { publisher: () => ({ workers: true }) },
  }
}
