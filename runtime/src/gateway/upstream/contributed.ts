import type {
  JsonObject,
  PluginManifest,
  PromptContribution,
  ResourceContribution,
  ToolContribution,
} from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'
import type { UpstreamCatalog } from './upstream.ts'

/** What a plugin offers to the gateway. */
export interface Contributed {
  readonly tools: readonly ToolContribution[]
  readonly resources: readonly ResourceContribution[]
  readonly prompts: readonly PromptContribution[]
}

/** What the signed manifest contributes, and what an adapter defined at run time. */
export function contributed({ contributes }: PluginManifest, learnt: Contributed | undefined): Contributed {
  return {
    tools: [...('tools' in contributes ? contributes.tools : []), ...(learnt?.tools ?? [])],
    resources: [...('resources' in contributes ? contributes.resources : []), ...(learnt?.resources ?? [])],
    prompts: [...('prompts' in contributes ? contributes.prompts : []), ...(learnt?.prompts ?? [])],
  }
}

type With<Key extends string> = JsonObject & { readonly [K in Key]: string }

/** Manifest entries are parsed JSON already; this keeps those with the key and tells the compiler so. */
function entriesWith<Key extends string>(entries: readonly object[], key: Key): readonly With<Key>[] {
  return entries.map(withoutOurs).filter((entry): entry is With<Key> => isJsonObject(entry) && key in entry)
}

/** What is completed is between manifest and host; MCP has no such member. */
function withoutOurs(entry: object): object {
  if (!('completions' in entry)) return entry
  const { completions: _completions, ...rest } = entry
  return rest
}

/** The lists of a plugin. */
export function catalogOf(manifest: PluginManifest, own: Contributed): UpstreamCatalog {
  return {
    serverInfo: { name: manifest.id, version: manifest.version },
    capabilities: {
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      prompts: { listChanged: true },
      completions: {},
    },
    tools: entriesWith(own.tools, 'name'),
    prompts: entriesWith(own.prompts, 'name'),
    resources: entriesWith(own.resources, 'uri'),
    resourceTemplates: entriesWith(own.resources, 'uriTemplate'),
  }
}
