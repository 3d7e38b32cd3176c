import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'
import type { Upstream } from '../upstream/upstream.ts'

// A tag is a word that a virtual server can pick by. There are two sources, and both are told by whoever wrote the thing:
// the plugin's manifest (its `keywords` and its kind, for everything it offers) and the entry's own `_meta`, where
// servers list tags under `tags`, or as FastMCP does under `fastmcp.tags`, in older versions `_fastmcp.tags`.

const MAX_TAGS = 64
const NONE: readonly string[] = []

function textsIn(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.slice(0, MAX_TAGS).filter((tag): tag is string => typeof tag === 'string') : NONE
}

function inMeta(entry: JsonObject): readonly string[] {
  const meta = entry['_meta']
  if (!isJsonObject(meta)) return NONE
  const { tags, fastmcp, _fastmcp } = meta
  return [
    ...textsIn(tags),
    ...(isJsonObject(fastmcp) ? textsIn(fastmcp['tags']) : NONE),
    ...(isJsonObject(_fastmcp) ? textsIn(_fastmcp['tags']) : NONE),
  ]
}

/** The tags of one entry of an upstream. */
export function tagsOf(upstream: Pick<Upstream, 'tags'>, entry: JsonObject | undefined): readonly string[] {
  const own = entry === undefined ? NONE : inMeta(entry)
  const given = upstream.tags ?? NONE
  return own.length === 0 ? given : [...given, ...own]
}
