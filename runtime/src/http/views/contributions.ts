import type { PluginManifest, ToolContribution } from '@nexus/plugin-api'
import type { MarketplacePlugin, ToolView } from '../../contract/index.ts'
import type { Translate } from '../language.ts'
import { toolView } from './upstream.ts'

/** What a plugin offers besides tools, by contribution point. */
export function contributionViews(manifest: PluginManifest, translate: Translate): MarketplacePlugin['contributions'] {
  return Object.entries(manifest.contributes).flatMap(([point, entries]) =>
    point === 'tools' || !Array.isArray(entries)
      ? []
      : entries.map((entry) => ({
          point,
          name: entry.name,
          title: entry.title === undefined ? entry.name : translate(entry.title),
        })),
  )
}

/** The tools that the signed manifest lists. */
export function declaredTools(manifest: PluginManifest): ToolView[] {
  const tools: readonly ToolContribution[] = 'tools' in manifest.contributes ? manifest.contributes.tools : []
  return tools.map(({ name, title, description, annotations, inputSchema }) =>
    toolView({
      name,
      description,
      inputSchema,
      ...(title !== undefined && { title }),
      ...(annotations && { annotations: { ...annotations } }),
    }),
  )
}

export function learnsTools(manifest: PluginManifest): boolean {
  return (
    manifest.kind === 'mcp-adapter' && (manifest.contributes.toolsDynamic || manifest.contributes.upstreams.length > 0)
  )
}
