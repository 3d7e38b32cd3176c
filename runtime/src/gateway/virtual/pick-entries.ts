import type { JsonObject } from '@nexus/plugin-api'
import type { EntryKind, VirtualServerRow, VirtualTool } from '../../store/virtual-server-row.ts'
import { ALL_OF_IT, type Selection } from '../router/selection.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { compileFilter, type EntryTest } from './entry-filter.ts'

/** How a picked entry is to be shown; without members: as it is. */
export type PickedAs = Omit<VirtualTool, 'upstream' | 'tool'>

/** Says what of an upstream's lists belongs to a server. Lives as long as one merge. */
export interface Picker {
  /** For one list of one upstream: how an entry is shown, `undefined` when it does not belong. */
  pickFrom(kind: EntryKind, upstream: Upstream): (key: string, entry: JsonObject) => PickedAs | undefined
  /** Whether an entry was excluded, taken or not. */
  leavesOut(kind: EntryKind, upstream: Upstream, key: string, entry: JsonObject): boolean
  /** Whether everything of the upstream belongs, also what nobody lists. */
  takesWhole(label: string): boolean
}

/** An entry that was chosen by its name. */
export interface NamedPick {
  readonly kind: EntryKind
  readonly upstream: string
  readonly key: string
  readonly as: PickedAs
}

const AS_IT_IS: PickedAs = {}
const WHOLE: Picker = { pickFrom: () => () => AS_IT_IS, leavesOut: () => false, takesWhole: () => true }

/** What was chosen by name, the same way for all kinds. `*` is not a name. */
export function namedPicks(server: VirtualServerRow): readonly NamedPick[] {
  return [
    ...server.tools.flatMap((as): NamedPick[] =>
      as.tool === ALL_OF_IT ? [] : [{ kind: 'tool', upstream: as.upstream, key: as.tool, as }],
    ),
    ...server.prompts.map((as): NamedPick => ({ kind: 'prompt', upstream: as.upstream, key: as.prompt, as })),
    ...server.resources.map((as): NamedPick => ({ kind: 'resource', upstream: as.upstream, key: as.uri, as })),
    ...server.resourceTemplates.map((as): NamedPick => ({
      kind: 'resourceTemplate',
      upstream: as.upstream,
      key: as.uriTemplate,
      as,
    })),
  ]
}

/** Excluding wins over taking; a name wins over `*` and filters only in how the entry is shown. */
export function createPicker({ server }: Selection): Picker {
  if (server === undefined) return WHOLE
  const named = new Map<string, Map<string, PickedAs>>()
  for (const { kind, upstream, key, as } of namedPicks(server)) {
    const list = named.get(listKey(kind, upstream)) ?? new Map<string, PickedAs>()
    named.set(listKey(kind, upstream), list.set(key, as))
  }
  const whole = new Set(server.tools.filter(({ tool }) => tool === ALL_OF_IT).map(({ upstream }) => upstream))
  const include = server.include.map(compileFilter)
  const exclude = server.exclude.map(compileFilter)

  return {
    pickFrom(kind, upstream) {
      const names = named.get(listKey(kind, upstream.label))
      const takesAll = whole.has(upstream.label)
      return (key, entry) => {
        const byName = names?.get(key)
        const taken = byName ?? (takesAll || anyFits(include, kind, upstream, key, entry) ? AS_IT_IS : undefined)
        return taken === undefined || anyFits(exclude, kind, upstream, key, entry) ? undefined : taken
      }
    },
    leavesOut: (kind, upstream, key, entry) => anyFits(exclude, kind, upstream, key, entry),
    takesWhole: (label) => whole.has(label),
  }
}

function listKey(kind: EntryKind, label: string): string {
  return `${kind} ${label}`
}

function anyFits(
  tests: readonly EntryTest[],
  kind: EntryKind,
  upstream: Upstream,
  key: string,
  entry: JsonObject,
): boolean {
  return tests.some((test) => test({ kind, upstream, key, entry }))
}
