import { PLUGIN_ID } from '@nexus/plugin-api'
import type { ApiClient } from './api-client.ts'
import type { InstallationView } from '../contract/index.ts'
import { cliError } from './errors.ts'

/** A plugin as people type it: `publisher/name`, with `@version` for one release of it. */
export interface PluginReference {
  readonly pluginId: string
  readonly version: string | undefined
}

export function parsePluginReference(text: string): PluginReference {
  const [pluginId = '', version, ...rest] = text.split('@')
  if (rest.length > 0 || version === '' || !PLUGIN_ID.test(pluginId)) {
    throw cliError(
      'CLI_USAGE',
      `Expected a plugin such as \`nexus/web\` or \`nexus/web@1.0.0\`, found ${JSON.stringify(text)}.`,
    )
  }
  return { pluginId, version }
}

/** The installation that is meant by an id, a plugin id or a label. */
export async function findInstallation(client: ApiClient, text: string): Promise<InstallationView> {
  const { items } = await client.call('installations')
  const found = items.filter(({ id, pluginId, label }) => [id, pluginId, label].includes(text))
  const [only, ...more] = found
  if (only === undefined) {
    const known = items.map(({ pluginId }) => pluginId).join(', ')
    throw cliError(
      'CLI_NOT_FOUND',
      `Expected an installed plugin, found no ${text}. Installed: ${known === '' ? 'none' : known}.`,
    )
  }
  if (more.length > 0) {
    throw cliError(
      'CLI_USAGE',
      `Expected one installation, found ${found.length} of ${text}. Say which by its label: ${found.map(({ label }) => label).join(', ')}.`,
    )
  }
  return only
}
