import type { JsonObject } from '@nexus/plugin-api'
import {
  type EntryFilter,
  type EntryKind,
  TOOL_HINTS,
  type ToolHint,
  type ToolHints,
} from '../../store/virtual-server-row.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { compileGlob } from './match-glob.ts'
import { tagsOf } from './tags-of.ts'

/** What a filter looks at. */
export interface FilteredEntry {
  readonly kind: EntryKind
  readonly upstream: Pick<Upstream, 'label' | 'tags'>
  /** Its own name or URI. */
  readonly key: string
  /** As listed; absent for a URI that nobody lists. */
  readonly entry: JsonObject | undefined
}

export type EntryTest = (entry: FilteredEntry) => boolean

/** What the specification says of a tool that says nothing. */
const UNSAID: Readonly<Record<ToolHint, boolean>> = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
}

function hintOf(hint: ToolHint, said: JsonObject): boolean {
  const value = said[hint]
  // The other two hints about changes mean something only for tools that change things.
  if (said['readOnlyHint'] === true && hint === 'destructiveHint') return false
  return typeof value === 'boolean' ? value : UNSAID[hint]
}

const NO_HINTS: JsonObject = {}

function testHints(wanted: ToolHints): EntryTest {
  const hints = TOOL_HINTS.filter((hint) => wanted[hint] !== undefined)
  return ({ kind, entry }) => {
    if (kind !== 'tool') return hints.length === 0
    const annotations = entry?.['annotations']
    const said = isJsonObject(annotations) ? annotations : NO_HINTS
    return hints.every((hint) => hintOf(hint, said) === wanted[hint])
  }
}

/** A filter, ready to be asked for every entry of a catalog. */
export function compileFilter(filter: EntryFilter): EntryTest {
  const { kinds, annotations, tags } = filter
  const tests: EntryTest[] = []
  if (kinds !== undefined) tests.push(({ kind }) => kinds.includes(kind))
  if (filter.upstream !== undefined) {
    const fits = compileGlob(filter.upstream)
    tests.push(({ upstream }) => fits(upstream.label))
  }
  if (filter.name !== undefined) {
    const fits = compileGlob(filter.name)
    tests.push(({ key }) => fits(key))
  }
  if (annotations !== undefined) tests.push(testHints(annotations))
  if (tags !== undefined) {
    const wanted = new Set(tags)
    tests.push(({ upstream, entry }) => tagsOf(upstream, entry).some((tag) => wanted.has(tag)))
  }
  return (entry) => tests.every((test) => test(entry))
}
