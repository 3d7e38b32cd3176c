import type { UpstreamView, VirtualServerRequest } from '@nexus/runtime/contract'

export type ChosenTool = VirtualServerRequest['tools'][number]
export type PrefixMode = VirtualServerRequest['prefixMode']

export interface ServerDraft {
  readonly title: string
  readonly description: string
  readonly prefixMode: PrefixMode
  readonly tools: readonly ChosenTool[]
}

/** Stands for every tool of an upstream, also those that come later. */
export const ALL_TOOLS = '*'

export interface EffectiveName {
  readonly exposed: string
  readonly upstream: string
  readonly tool: string
  /** Another tool takes this name too; the host will report it as a problem. */
  readonly clash: boolean
}

export function isChosen(draft: ServerDraft, upstream: string, tool: string): boolean {
  return draft.tools.some((item) => item.upstream === upstream && (item.tool === tool || item.tool === ALL_TOOLS))
}

export const takesAll = (draft: ServerDraft, upstream: string): boolean =>
  draft.tools.some((item) => item.upstream === upstream && item.tool === ALL_TOOLS)

/** Switches a set of tools on or off and leaves every other choice, also its new name, alone. */
export function choose(draft: ServerDraft, upstream: string, tools: readonly string[], on: boolean): ServerDraft {
  const named = new Set(tools)
  const others = draft.tools.filter((item) => item.upstream !== upstream || !named.has(item.tool))
  const kept = draft.tools.filter((item) => item.upstream === upstream && named.has(item.tool))
  const added = tools.map((tool) => kept.find((item) => item.tool === tool) ?? { upstream, tool })
  return { ...draft, tools: on ? [...others, ...added] : others }
}

/** Gives a chosen tool another name; an empty one takes the name back. */
export function rename(draft: ServerDraft, upstream: string, tool: string, as: string): ServerDraft {
  return {
    ...draft,
    tools: draft.tools.map((item) => {
      if (item.upstream !== upstream || item.tool !== tool) return item
      const { as: _, ...plain } = item
      return as === '' ? plain : { ...plain, as }
    }),
  }
}

/** What clients will see, worked out as the host does it. The host's own answer replaces this after saving. */
export function previewNames(draft: ServerDraft, upstreams: readonly UpstreamView[]): readonly EffectiveName[] {
  const offered = upstreams.flatMap((upstream) =>
    upstream.tools.map((tool) => ({ upstream: upstream.label, tool: tool.name })),
  )
  const taken = offered.filter((item) => isChosen(draft, item.upstream, item.tool))
  const plain = new Map<string, number>()
  for (const { tool } of taken) plain.set(tool, (plain.get(tool) ?? 0) + 1)
  const named = taken.map((item) => {
    const as = draft.tools.find((choice) => choice.upstream === item.upstream && choice.tool === item.tool)?.as
    const prefix =
      draft.prefixMode === 'always' || (draft.prefixMode === 'conditional' && (plain.get(item.tool) ?? 0) > 1)
    return { ...item, exposed: as ?? (prefix ? `${item.upstream}__${item.tool}` : item.tool) }
  })
  const uses = new Map<string, number>()
  for (const { exposed } of named) uses.set(exposed, (uses.get(exposed) ?? 0) + 1)
  return named
    .map((item) => ({ ...item, clash: (uses.get(item.exposed) ?? 0) > 1 }))
    .toSorted((a, b) => a.exposed.localeCompare(b.exposed))
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
