import type { JsonObject } from '@nexus/plugin-api'
import type { CatalogEntry, CatalogView } from '../../contract/index.ts'
import type { Upstream } from '../../gateway/upstream/upstream.ts'
import { tagsOf } from '../../gateway/virtual/tags-of.ts'
import { type EntryKind, TOOL_HINTS } from '../../store/virtual-server-row.ts'
import { knownCatalog } from './upstream.ts'

/** Everything an upstream offers, in its own words, which are only passed on as text. */
export async function catalogView(upstream: Upstream): Promise<CatalogView> {
  const catalog = await knownCatalog(upstream)
  const { label, pluginId } = upstream
  if (catalog === undefined) return { upstream: label, pluginId, known: false, entries: [] }
  const { tools, prompts, resources, resourceTemplates } = catalog
  return {
    upstream: label,
    pluginId,
    known: true,
    entries: [
      ...tools.map((entry) => entryView(upstream, 'tool', entry.name, entry)),
      ...prompts.map((entry) => entryView(upstream, 'prompt', entry.name, entry)),
      ...resources.map((entry) => entryView(upstream, 'resource', entry.uri, entry)),
      ...resourceTemplates.map((entry) => entryView(upstream, 'resourceTemplate', entry.uriTemplate, entry)),
    ],
  }
}

function entryView(upstream: Upstream, kind: EntryKind, key: string, entry: JsonObject): CatalogEntry {
  const { title, name, description, inputSchema } = entry
  const said = isObject(entry['annotations']) ? entry['annotations'] : {}
  const hints = TOOL_HINTS.filter((hint) => typeof said[hint] === 'boolean')
  const heading = [title, said['title'], kind === 'tool' || kind === 'prompt' ? undefined : name].find(
    (text) => typeof text === 'string',
  )
  return {
    kind,
    key,
    ...(typeof heading === 'string' && { title: heading }),
    ...(typeof description === 'string' && { description }),
    ...(hints.length > 0 && { annotations: Object.fromEntries(hints.map((hint) => [hint, said[hint] === true])) }),
    tags: [...tagsOf(upstream, entry)],
    ...(isObject(inputSchema) && { inputSchema: { ...inputSchema } }),
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
