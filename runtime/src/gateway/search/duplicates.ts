import type { JsonValue } from '@nexus/plugin-api'
import { canonicalJson } from '../canonical-json.ts'
import type { Upstream, UpstreamCatalog } from '../upstream/upstream.ts'
import { MAX_COMPARED } from './limits.ts'
import { words } from './tool-text.ts'

/** Where a tool is. */
export interface ToolPlace {
  /** Label of the upstream. */
  readonly upstream: string
  readonly tool: string
  readonly description: string
}

/** Tools of several upstreams that do the same, or seem to. */
export interface Duplicate {
  /** `same`: the definitions are equal; `alike`: the names are, and the descriptions say much the same. */
  readonly kind: 'same' | 'alike'
  /** 0 to 1: how much of their words the least alike two share; 1 for `same`. */
  readonly likeness: number
  readonly tools: readonly ToolPlace[]
}

interface Compared extends ToolPlace {
  readonly definition: string
  readonly words: ReadonlySet<string>
}

/** Descriptions with less in common are of different tools that happen to have one name. */
const ALIKE = 0.5

function compared(label: string, { name, description, inputSchema }: UpstreamCatalog['tools'][number]): Compared {
  const said = typeof description === 'string' ? description : ''
  const defined: Record<string, JsonValue> = { name, description: said, inputSchema: inputSchema ?? null }
  return {
    upstream: label,
    tool: name,
    description: said,
    definition: canonicalJson(defined) ?? '',
    words: new Set(words(said).map((word) => word.toLowerCase())),
  }
}

/** `github_create-issue` of the upstream `github` is `create issue`, as is `createIssue` of another. */
function plainName({ upstream, tool }: ToolPlace): string {
  const label = new Set(words(upstream).map((word) => word.toLowerCase()))
  const parts = words(tool).map((word) => word.toLowerCase())
  const own = parts.filter((word) => !label.has(word))
  return (own.length === 0 ? parts : own).join(' ')
}

/** Share of words that two texts have in common (Jaccard). Two empty ones have nothing to differ in. */
function likeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const all = left.union(right).size
  return all === 0 ? 1 : left.intersection(right).size / all
}

function judge(group: readonly Compared[]): Duplicate | undefined {
  if (new Set(group.map(({ upstream }) => upstream)).size < 2) return undefined
  const tools = group.map(({ upstream, tool, description }) => ({ upstream, tool, description }))
  const [first] = group
  if (first === undefined) return undefined
  if (group.every(({ definition }) => definition === first.definition)) return { kind: 'same', likeness: 1, tools }
  const least = Math.min(...group.slice(1).map(({ words: said }) => likeness(first.words, said)))
  return least < ALIKE ? undefined : { kind: 'alike', likeness: Math.round(least * 100) / 100, tools }
}

/** Finds tools that several upstreams offer, most alike first. */
export function findDuplicates(
  listed: readonly { readonly upstream: Pick<Upstream, 'label'>; readonly catalog: Pick<UpstreamCatalog, 'tools'> }[],
): readonly Duplicate[] {
  const all = listed
    .flatMap(({ upstream, catalog }) => catalog.tools.map((tool) => compared(upstream.label, tool)))
    .slice(0, MAX_COMPARED)
  return [...Map.groupBy(all, plainName).values()]
    .flatMap((group) => judge(group) ?? [])
    .toSorted((left, right) => right.likeness - left.likeness)
}
