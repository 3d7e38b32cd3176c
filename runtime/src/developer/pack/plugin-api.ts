import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Folder of the plugin API that this host was installed with. */
export const pluginApiFolder = dirname(dirname(createRequire(import.meta.url).resolve('@nexus/plugin-api')))

/**
 * What plugins and their tests import of it, and where that is: a plugin is built against the API of the Nexus that
 * builds it, whether or not its folder has an install of its own.
 */
export const pluginApiModules: Readonly<Record<string, string>> = {
  '@nexus/plugin-api/testing': join(pluginApiFolder, 'src', 'testing', 'index.ts'),
  '@nexus/plugin-api': join(pluginApiFolder, 'src', 'index.ts'),
}
