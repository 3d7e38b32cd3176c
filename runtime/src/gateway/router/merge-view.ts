import type { JsonObject } from '@nexus/plugin-api'
import type { EntryKind } from '../../store/virtual-server-row.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { NamedEntry, Upstream } from '../upstream/upstream.ts'
import { argumentProblems } from '../virtual/arguments.ts'
import { createPicker, namedPicks, type PickedAs, type Picker } from '../virtual/pick-entries.ts'
import type { Nameable, NamesGiven } from './give-names.ts'
import { type MergedParts, MergedView } from './merged-view.ts'
import type { Selection } from './selection.ts'
import { expose, type Exposed, inWords, type Listed, type Problem, type View } from './view.ts'

const MAX_INSTRUCTIONS = 8_192

/** Gives names to entries of one kind and remembers the new ones. */
export type NameGiver = (kind: 'tool' | 'prompt', entries: readonly Nameable[]) => Promise<NamesGiven>

interface Picked extends Nameable {
  readonly upstream: Upstream
  readonly entry: NamedEntry
  readonly shown: PickedAs
}

const byExposed = (left: Exposed, right: Exposed) => (left.exposed < right.exposed ? -1 : 1)

function pickNamed(picker: Picker, listed: readonly Listed[], kind: 'tool' | 'prompt'): Picked[] {
  return listed.flatMap(({ upstream, catalog }) => {
    const { label } = upstream
    const pick = picker.pickFrom(kind, upstream)
    return (kind === 'tool' ? catalog.tools : catalog.prompts).flatMap((entry): Picked[] => {
      const shown = pick(entry.name, entry)
      return shown === undefined ? [] : [{ label, original: entry.name, as: shown.as, upstream, entry, shown }]
    })
  })
}

async function mergeNamed(
  { server }: Selection,
  picked: readonly Picked[],
  kind: 'tool' | 'prompt',
  give: NameGiver,
  problems: Problem[],
): Promise<Exposed[]> {
  const keyOf = ({ label, original }: Nameable) => `${label}\0${original}`
  const { names, collisions } = await give(kind, picked)
  for (const { exposed, label, original, holder } of collisions) {
    const message = `Expected \`${exposed}\` to be free for ${kind} ${label}: ${original}, found it given to ${holder}. Rename one of them in a virtual server, or use a prefix.`
    problems.push({ code: 'NAME_COLLISION', message })
  }
  const found = new Map(picked.map((entry) => [keyOf(entry), entry]))
  return names
    .flatMap((name): Exposed[] => {
      const one = found.get(keyOf(name))
      return one === undefined ? [] : [expose(one.upstream, one.entry, name.exposed, one.shown, server)]
    })
    .toSorted(byExposed)
}

interface Owned {
  readonly key: string
  readonly upstream: Upstream
  readonly entry: JsonObject
}

/** The first upstream, in the order of labels, that lists a URI owns it. */
function mergeUris<Key extends 'uri' | 'uriTemplate'>(
  picker: Picker,
  listed: readonly Listed[],
  kind: EntryKind,
  key: Key,
  entriesOf: (listed: Listed) => readonly (JsonObject & { readonly [K in Key]: string })[],
  problems: Problem[],
): Owned[] {
  const owners = new Map<string, Owned>()
  for (const one of listed) {
    const { upstream } = one
    const pick = picker.pickFrom(kind, upstream)
    for (const entry of entriesOf(one)) {
      const uri: string = entry[key]
      const shown = pick(uri, entry)
      if (shown === undefined) continue
      const owner = owners.get(uri)
      if (owner === undefined) owners.set(uri, { key: uri, upstream, entry: inWords(entry, shown) })
      else if (owner.upstream !== upstream) {
        const message = `Expected one owner of ${uri.slice(0, 200)}, found ${owner.upstream.label} and ${upstream.label}; ${owner.upstream.label} is asked.`
        problems.push({ code: 'URI_COLLISION', message })
      }
    }
  }
  return [...owners.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1))
}

const NO_URIS: ReadonlySet<string> = new Set()

function excludedUris(picker: Picker, { server }: Selection, listed: readonly Listed[]): ReadonlySet<string> {
  if (server === undefined || server.exclude.length === 0) return NO_URIS
  return new Set(
    listed.flatMap(({ upstream, catalog }) =>
      catalog.resources
        .filter((entry) => picker.leavesOut('resource', upstream, entry.uri, entry))
        .map(({ uri }) => uri),
    ),
  )
}

const MISSING: Readonly<Record<EntryKind, { readonly code: string; readonly what: string }>> = {
  tool: { code: 'TOOL_UNKNOWN', what: 'a tool' },
  prompt: { code: 'PROMPT_UNKNOWN', what: 'a prompt' },
  resource: { code: 'RESOURCE_UNKNOWN', what: 'a resource' },
  resourceTemplate: { code: 'RESOURCE_UNKNOWN', what: 'a resource template' },
}

function has({ catalog }: Listed, kind: EntryKind, key: string): boolean {
  if (kind === 'tool') return catalog.tools.some(({ name }) => name === key)
  if (kind === 'prompt') return catalog.prompts.some(({ name }) => name === key)
  if (kind === 'resource') return catalog.resources.some(({ uri }) => uri === key)
  return catalog.resourceTemplates.some(({ uriTemplate }) => uriTemplate === key)
}

/** Labels that a server names and no upstream has. */
function missingUpstreams({ server }: Selection, labels: ReadonlySet<string>): Problem[] {
  if (server === undefined) return []
  const { tools, prompts, resources, resourceTemplates } = server
  const named = new Set([...tools, ...prompts, ...resources, ...resourceTemplates].map(({ upstream }) => upstream))
  return [...named.difference(labels)].map((label) => ({
    code: 'UPSTREAM_UNREACHABLE',
    message: `Expected an upstream \`${label}\` with lists, found none.`,
  }))
}

function missingPicks({ server }: Selection, listed: ReadonlyMap<string, Listed>): Problem[] {
  if (server === undefined) return []
  return namedPicks(server).flatMap(({ kind, upstream, key }): Problem[] => {
    const list = listed.get(upstream)
    if (list === undefined || has(list, kind, key)) return []
    const { code, what } = MISSING[kind]
    return [{ code, message: `Expected ${what} \`${key}\` at ${upstream}, found none of that name.` }]
  })
}

function mergeInstructions(selection: Selection, listed: readonly Listed[]): string | undefined {
  if (selection.instructions !== undefined) return selection.instructions
  const parts = listed.flatMap(({ upstream, catalog }) =>
    catalog.instructions === undefined ? [] : [{ label: upstream.label, text: catalog.instructions }],
  )
  if (parts.length === 0) return undefined
  const text =
    listed.length === 1 ? parts.map((part) => part.text) : parts.map((part) => `## ${part.label}\n${part.text}`)
  return text.join('\n\n').slice(0, MAX_INSTRUCTIONS)
}

/**
 * Merges the lists of upstreams into what one server offers. `listed` is in the order of labels; `failed` tells of those
 * that could not be asked.
 */
export async function mergeView(
  selection: Selection,
  listed: readonly Listed[],
  give: NameGiver,
  failed: readonly Problem[],
): Promise<View> {
  const complete = failed.length === 0
  const picker = createPicker(selection)
  const byLabel = new Map(listed.map((one) => [one.upstream.label, one]))
  const problems: Problem[] = complete
    ? [...missingUpstreams(selection, new Set(byLabel.keys())), ...missingPicks(selection, byLabel)]
    : [...failed]
  const tools = await mergeNamed(selection, pickNamed(picker, listed, 'tool'), 'tool', give, problems)
  for (const { given, upstream, original, exposed } of tools) {
    if (given === undefined) continue
    const own = byLabel.get(upstream.label)?.catalog.tools.find(({ name }) => name === original)
    problems.push(...argumentProblems(`\`${exposed}\``, own?.['inputSchema'], given))
  }
  const prompts = await mergeNamed(selection, pickNamed(picker, listed, 'prompt'), 'prompt', give, problems)
  const leftOut = excludedUris(picker, selection, listed)
  const resources = mergeUris(picker, listed, 'resource', 'uri', ({ catalog }) => catalog.resources, problems)
  const templates = mergeUris(
    picker,
    listed,
    'resourceTemplate',
    'uriTemplate',
    ({ catalog }) => catalog.resourceTemplates,
    problems,
  )
  const parts: MergedParts = {
    server: selection.server,
    tools,
    prompts,
    resources: resources.map(({ key, upstream, entry }) => ({ uri: key, upstream, entry })),
    templates: templates.map(({ key, upstream, entry }) => ({ uriTemplate: key, upstream, entry })),
    leftOut,
    resourceUpstreams: listed
      .filter(
        ({ upstream, catalog }) => picker.takesWhole(upstream.label) && isJsonObject(catalog.capabilities['resources']),
      )
      .map(({ upstream }) => upstream),
    instructions: mergeInstructions(selection, listed),
    extensions: Object.assign({}, ...listed.map(({ catalog }) => catalog.capabilities['extensions'] ?? {})),
    problems,
    complete,
  }
  return new MergedView(parts)
}
