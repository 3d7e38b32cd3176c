import type { JsonObject } from '@nexus/plugin-api'
import type { VirtualServerRow } from '../../store/virtual-server-row.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { Exposed, ExposedResource, ExposedTemplate, Problem, View } from './view.ts'

/** What a merge found, without the maps that can be made of it. */
export type MergedParts = Omit<View, 'toolByName' | 'promptByName' | 'resourceByUri'>

const NO_NAMES: ReadonlyMap<string, Exposed> = new Map()
const NO_URIS: ReadonlyMap<string, Upstream> = new Map()

/** A view whose maps are made when first asked for: of a thousand servers few are asked everything. */
export class MergedView implements View {
  readonly server: VirtualServerRow | undefined
  readonly tools: readonly Exposed[]
  readonly prompts: readonly Exposed[]
  readonly resources: readonly ExposedResource[]
  readonly templates: readonly ExposedTemplate[]
  readonly leftOut: ReadonlySet<string>
  readonly resourceUpstreams: readonly Upstream[]
  readonly instructions: string | undefined
  readonly extensions: JsonObject
  readonly problems: readonly Problem[]
  readonly complete: boolean
  #toolByName: ReadonlyMap<string, Exposed> | undefined
  #promptByName: ReadonlyMap<string, Exposed> | undefined
  #resourceByUri: ReadonlyMap<string, Upstream> | undefined

  constructor(parts: MergedParts) {
    this.server = parts.server
    this.tools = parts.tools
    this.prompts = parts.prompts
    this.resources = parts.resources
    this.templates = parts.templates
    this.leftOut = parts.leftOut
    this.resourceUpstreams = parts.resourceUpstreams
    this.instructions = parts.instructions
    this.extensions = parts.extensions
    this.problems = parts.problems
    this.complete = parts.complete
  }

  get toolByName(): ReadonlyMap<string, Exposed> {
    return (this.#toolByName ??= byName(this.tools))
  }

  get promptByName(): ReadonlyMap<string, Exposed> {
    return (this.#promptByName ??= byName(this.prompts))
  }

  get resourceByUri(): ReadonlyMap<string, Upstream> {
    return (this.#resourceByUri ??= byUri(this.tools, this.resources))
  }
}

function byName(entries: readonly Exposed[]): ReadonlyMap<string, Exposed> {
  return entries.length === 0 ? NO_NAMES : new Map(entries.map((entry) => [entry.exposed, entry]))
}

/** With those that a listed tool shows itself with (MCP Apps): readable, without being listed. */
function byUri(tools: readonly Exposed[], resources: readonly ExposedResource[]): ReadonlyMap<string, Upstream> {
  const shown = tools.flatMap(({ entry, upstream }): [string, Upstream][] => {
    const meta = entry['_meta']
    const ui = isJsonObject(meta) ? meta['ui'] : undefined
    const uri = isJsonObject(ui) ? ui['resourceUri'] : undefined
    return typeof uri === 'string' ? [[uri, upstream]] : []
  })
  if (shown.length === 0 && resources.length === 0) return NO_URIS
  return new Map([...shown, ...resources.map(({ uri, upstream }): [string, Upstream] => [uri, upstream])])
}
