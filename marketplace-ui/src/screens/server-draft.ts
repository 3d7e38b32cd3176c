import type { CatalogEntry, EntryFilter, EntryKind, ServerRule, VirtualServerRequest } from '@nexus/runtime/contract'

export type ServerDraft = Omit<VirtualServerRequest, 'name'>
export type PrefixMode = ServerDraft['prefixMode']
export type ChosenTool = ServerDraft['tools'][number]

export const ENTRY_KINDS = ['tool', 'prompt', 'resource', 'resourceTemplate'] as const satisfies readonly EntryKind[]

/** How a chosen entry is shown; a member that is absent is as the upstream has it. */
export type ShownAs = Omit<ChosenTool, 'upstream' | 'tool'>

/** Something that was chosen by its name, the same way for all kinds. */
export interface Choice extends ShownAs {
  readonly upstream: string
  readonly key: string
}

/** Stands for everything an upstream has, also what comes later. */
export const ALL_TOOLS = '*'

export const EMPTY_DRAFT: ServerDraft = {
  title: '',
  description: '',
  prefixMode: 'conditional',
  tools: [],
  prompts: [],
  resources: [],
  resourceTemplates: [],
  include: [],
  exclude: [],
  access: {},
  rules: [],
  rate: {},
  toolSearch: { mode: 'auto' },
}

export function choicesOf(draft: ServerDraft, kind: EntryKind): readonly Choice[] {
  if (kind === 'tool') return draft.tools.map(({ tool, ...rest }) => ({ ...rest, key: tool }))
  if (kind === 'prompt') return draft.prompts.map(({ prompt, ...rest }) => ({ ...rest, key: prompt }))
  if (kind === 'resource') return draft.resources.map(({ uri, ...rest }) => ({ ...rest, key: uri }))
  return draft.resourceTemplates.map(({ uriTemplate, ...rest }) => ({ ...rest, key: uriTemplate }))
}

function withChoices(draft: ServerDraft, kind: EntryKind, choices: readonly Choice[]): ServerDraft {
  if (kind === 'tool') return { ...draft, tools: choices.map(({ key, ...rest }) => ({ ...rest, tool: key })) }
  const words = choices.map(({ key, annotations: _hints, arguments: _given, ...rest }) => ({ key, ...rest }))
  if (kind === 'prompt') return { ...draft, prompts: words.map(({ key, ...rest }) => ({ ...rest, prompt: key })) }
  const fixed = words.map(({ as: _name, ...rest }) => rest)
  return kind === 'resource'
    ? { ...draft, resources: fixed.map(({ key, ...rest }) => ({ ...rest, uri: key })) }
    : { ...draft, resourceTemplates: fixed.map(({ key, ...rest }) => ({ ...rest, uriTemplate: key })) }
}

export function choiceOf(draft: ServerDraft, kind: EntryKind, upstream: string, key: string): Choice | undefined {
  return choicesOf(draft, kind).find((choice) => choice.upstream === upstream && choice.key === key)
}

export const takesAll = (draft: ServerDraft, upstream: string): boolean =>
  draft.tools.some((item) => item.upstream === upstream && item.tool === ALL_TOOLS)

export function isChosen(draft: ServerDraft, kind: EntryKind, upstream: string, key: string): boolean {
  return takesAll(draft, upstream) || choiceOf(draft, kind, upstream, key) !== undefined
}

/** Switches a set of entries on or off and leaves every other choice, also its new name, alone. */
export function choose(
  draft: ServerDraft,
  kind: EntryKind,
  upstream: string,
  keys: readonly string[],
  on: boolean,
): ServerDraft {
  const named = new Set(keys)
  const all = choicesOf(draft, kind)
  const others = all.filter((item) => item.upstream !== upstream || !named.has(item.key))
  const kept = new Map(all.filter((item) => item.upstream === upstream).map((item) => [item.key, item]))
  const added = keys.map((key): Choice => kept.get(key) ?? { upstream, key })
  return withChoices(draft, kind, on ? [...others, ...added] : others)
}

/** Shows a chosen entry in other words; choosing it when it was not. */
export function showAs(
  draft: ServerDraft,
  kind: EntryKind,
  upstream: string,
  key: string,
  shown: ShownAs,
): ServerDraft {
  const chosen = choose(draft, kind, upstream, [key], true)
  const said = Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined && value !== ''))
  return withChoices(
    chosen,
    kind,
    choicesOf(chosen, kind).map((item) =>
      item.upstream === upstream && item.key === key ? { upstream, key, ...said } : item,
    ),
  )
}

/** Gives a chosen tool or prompt another name; an empty one takes the name back. */
export function rename(draft: ServerDraft, kind: EntryKind, upstream: string, key: string, as: string): ServerDraft {
  const { upstream: _label, key: _key, ...shown } = choiceOf(draft, kind, upstream, key) ?? { upstream, key }
  return showAs(draft, kind, upstream, key, { ...shown, as })
}

/** Whether a search fits an entry: every word of it somewhere in its name, its words or its tags. */
export function fitsSearch(entry: CatalogEntry, search: string): boolean {
  const text = [entry.key, entry.title, entry.description, ...entry.tags].join(' ').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** What a filter or a rule says, in few words; everything when it says nothing. */
export function filterWords({ kinds, upstream, name, annotations, tags }: EntryFilter): readonly string[] {
  const hints = Object.entries(annotations ?? {}).map(([hint, value]) => `${value ? '' : '!'}${hint}`)
  return [
    ...(kinds ?? []),
    ...(upstream === undefined ? [] : [`${upstream}:`]),
    ...(name === undefined ? [] : [name]),
    ...hints,
    ...(tags ?? []).map((tag) => `#${tag}`),
  ]
}

export function isRule(filter: EntryFilter | ServerRule): filter is ServerRule {
  return 'effect' in filter
}

/** A name for the URL made from a title. */
export function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
}
