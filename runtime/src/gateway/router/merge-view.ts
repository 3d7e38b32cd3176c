import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'
import type { NamedEntry, Upstream } from '../upstream/upstream.ts'
import type { GivenName, Nameable, NamesGiven } from './give-names.ts'
import { ALL_OF_IT, choiceOf, type Selection, takesWhole } from './selection.ts'
import { expose, type Exposed, type Listed, type Problem, type View } from './view.ts'

const MAX_INSTRUCTIONS = 8_192

/** Gives names to entries of one kind and remembers the new ones. */
export type NameGiver = (kind: 'tool' | 'prompt', entries: readonly Nameable[]) => Promise<NamesGiven>

const byExposed = (left: Exposed, right: Exposed) => (left.exposed < right.exposed ? -1 : 1)

function nameables(selection: Selection, listed: readonly Listed[], kind: 'tool' | 'prompt'): Nameable[] {
  return listed.flatMap(({ upstream, catalog }) => {
    const { label } = upstream
    const whole = takesWhole(selection, label)
    const entries = kind === 'tool' ? catalog.tools : catalog.prompts
    return entries.flatMap(({ name }): Nameable[] => {
      const choice = kind === 'tool' ? choiceOf(selection, label, name) : undefined
      return whole || choice !== undefined ? [{ label, original: name, as: choice?.as }] : []
    })
  })
}

async function mergeNamed(
  selection: Selection,
  listed: readonly Listed[],
  kind: 'tool' | 'prompt',
  give: NameGiver,
  problems: Problem[],
): Promise<Exposed[]> {
  const { names, collisions } = await give(kind, nameables(selection, listed, kind))
  for (const { exposed, label, original, holder } of collisions) {
    const message = `Expected \`${exposed}\` to be free for ${kind} ${label}: ${original}, found it given to ${holder}. Rename one of them in a virtual server, or use a prefix.`
    problems.push({ code: 'NAME_COLLISION', message })
  }
  const entryOf = new Map<string, { readonly upstream: Upstream; readonly entry: NamedEntry }>()
  for (const { upstream, catalog } of listed) {
    for (const entry of kind === 'tool' ? catalog.tools : catalog.prompts)
      entryOf.set(`${upstream.label}\0${entry.name}`, { upstream, entry })
  }
  return names
    .flatMap(({ label, original, exposed }: GivenName): Exposed[] => {
      const found = entryOf.get(`${label}\0${original}`)
      if (found === undefined) return []
      const description = kind === 'tool' ? choiceOf(selection, label, original)?.description : undefined
      return [expose(found.upstream, found.entry, exposed, description)]
    })
    .toSorted(byExposed)
}

/** The first upstream, in the order of labels, that lists a URI owns it. */
function mergeUris<Key extends 'uri' | 'uriTemplate'>(
  listed: readonly {
    readonly upstream: Upstream
    readonly entries: readonly (JsonObject & { readonly [K in Key]: string })[]
  }[],
  key: Key,
  problems: Problem[],
): { readonly key: string; readonly upstream: Upstream; readonly entry: JsonObject }[] {
  const owners = new Map<string, { readonly key: string; readonly upstream: Upstream; readonly entry: JsonObject }>()
  for (const { upstream, entries } of listed) {
    for (const entry of entries) {
      const uri: string = entry[key]
      const owner = owners.get(uri)
      if (owner === undefined) owners.set(uri, { key: uri, upstream, entry })
      else if (owner.upstream !== upstream) {
        const message = `Expected one owner of ${uri.slice(0, 200)}, found ${owner.upstream.label} and ${upstream.label}; ${owner.upstream.label} is asked.`
        problems.push({ code: 'URI_COLLISION', message })
      }
    }
  }
  return [...owners.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1))
}

/** Resources that a selected tool shows itself with (MCP Apps) are readable, without being listed. */
function appResources(tools: readonly Exposed[]): [string, Upstream][] {
  return tools.flatMap(({ entry, upstream }): [string, Upstream][] => {
    const meta = entry['_meta']
    const ui = isJsonObject(meta) ? meta['ui'] : undefined
    const uri = isJsonObject(ui) ? ui['resourceUri'] : undefined
    return typeof uri === 'string' ? [[uri, upstream]] : []
  })
}

function missingChoices(selection: Selection, listed: readonly Listed[]): Problem[] {
  return (selection.tools ?? []).flatMap(({ upstream: label, tool }): Problem[] => {
    const found = listed.find(({ upstream }) => upstream.label === label)
    if (found === undefined) {
      return [{ code: 'UPSTREAM_UNREACHABLE', message: `Expected an upstream \`${label}\` with lists, found none.` }]
    }
    if (tool === ALL_OF_IT || found.catalog.tools.some(({ name }) => name === tool)) return []
    return [{ code: 'TOOL_UNKNOWN', message: `Expected a tool \`${tool}\` at ${label}, found none of that name.` }]
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

/** Merges the lists of upstreams into what one server offers. `listed` is in the order of labels. */
export async function mergeView(
  selection: Selection,
  listed: readonly Listed[],
  give: NameGiver,
  complete: boolean,
): Promise<View> {
  const problems: Problem[] = complete ? missingChoices(selection, listed) : []
  const tools = await mergeNamed(selection, listed, 'tool', give, problems)
  const prompts = await mergeNamed(selection, listed, 'prompt', give, problems)
  const whole = listed.filter(({ upstream }) => takesWhole(selection, upstream.label))
  const resources = mergeUris(
    whole.map(({ upstream, catalog }) => ({ upstream, entries: catalog.resources })),
    'uri',
    problems,
  )
  const templates = mergeUris(
    whole.map(({ upstream, catalog }) => ({ upstream, entries: catalog.resourceTemplates })),
    'uriTemplate',
    problems,
  )
  return {
    tools,
    prompts,
    resources: resources.map(({ key, upstream, entry }) => ({ uri: key, upstream, entry })),
    templates: templates.map(({ key, upstream, entry }) => ({ uriTemplate: key, upstream, entry })),
    toolByName: new Map(tools.map((tool) => [tool.exposed, tool])),
    promptByName: new Map(prompts.map((prompt) => [prompt.exposed, prompt])),
    resourceByUri: new Map([
      ...appResources(tools),
      ...resources.map(({ key, upstream }): [string, Upstream] => [key, upstream]),
    ]),
    resourceUpstreams: whole
      .filter(({ catalog }) => isJsonObject(catalog.capabilities['resources']))
      .map(({ upstream }) => upstream),
    instructions: mergeInstructions(selection, listed),
    extensions: Object.assign({}, ...listed.map(({ catalog }) => catalog.capabilities['extensions'] ?? {})),
    problems,
    complete,
  }
}
