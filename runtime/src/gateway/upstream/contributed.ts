import type { JsonObject, PluginManifest, ResourceContribution, ToolContribution } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'
import type { UpstreamCatalog } from './upstream.ts'

/** What a manifest contributes to the gateway. */
export interface Contributed {
  readonly tools: readonly object[]
  readonly resources: readonly ResourceContribution[]
  readonly prompts: readonly object[]
}

export function contributed({ contributes }: PluginManifest): Contributed {
  return {
    tools: 'tools' in contributes ? contributes.tools : [],
    resources: 'resources' in contributes ? contributes.resources : [],
    prompts: 'prompts' in contributes ? contributes.prompts : [],
  }
}

type With<Key extends string> = JsonObject & { readonly [K in Key]: string }

/** Manifest entries are parsed JSON already; this keeps those with the key and tells the compiler so. */
function entriesWith<Key extends string>(entries: readonly object[], key: Key): readonly With<Key>[] {
  return entries.filter((entry): entry is With<Key> => isJsonObject(entry) && typeof entry[key] === 'string')
}

/** The lists of a plugin, from the signed manifest and what an adapter defined at run time. */
export function catalogOf(
  manifest: PluginManifest,
  own: Contributed,
  dynamic: readonly ToolContribution[],
): UpstreamCatalog {
  return {
    serverInfo: { name: manifest.id, version: manifest.version },
    capabilities: { tools: { listChanged: true }, resources: {}, prompts: {} },
    tools: entriesWith([...own.tools, ...dynamic], 'name'),
    prompts: entriesWith(own.prompts, 'name'),
    resources: entriesWith(own.resources, 'uri'),
    resourceTemplates: entriesWith(own.resources, 'uriTemplate'),
  }
}
