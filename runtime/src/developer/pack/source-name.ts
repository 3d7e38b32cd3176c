import { relative, sep } from 'node:path'
import { pluginApiFolder } from './plugin-api.ts'

/**
 * How a source map names a source: below the plugin's folder by its path, packages by their name, and everything else
 * without saying where on this machine it lies. The same sources must give the same bytes everywhere.
 */
export function sourceName(path: string, folder: string): string {
  const own = below(folder, path)
  if (own !== undefined && !own.startsWith('node_modules/')) return own
  const api = below(pluginApiFolder, path)
  if (api !== undefined) return `node_modules/@nexus/plugin-api/${api}`
  const name = relative(folder, path).split(sep).join('/')
  const installed = name.lastIndexOf('node_modules/')
  return installed === -1 ? `outside/${name.replaceAll('../', '')}` : name.slice(installed)
}

function below(folder: string, path: string): string | undefined {
  const name = relative(folder, path).split(sep).join('/')
  return name.startsWith('../') ? undefined : name
}
