import type { JsonObject } from '@nexus/plugin-api'
import type { VirtualServerRow } from '../../store/virtual-server-row.ts'
import { isJsonObject } from '../json-rpc.ts'
import { type ParamHeader, paramHeadersOf } from '../upstream/remote/param-headers.ts'
import type { NamedEntry, Upstream, UpstreamCatalog } from '../upstream/upstream.ts'
import { type GivenArguments, givenArguments, schemaWith } from '../virtual/arguments.ts'
import type { PickedAs } from '../virtual/pick-entries.ts'

/** A tool or prompt as clients of one server see it, and where it comes from. */
export interface Exposed {
  readonly exposed: string
  readonly original: string
  readonly upstream: Upstream
  /** The entry as listed: the upstream's own, in this server's words. */
  readonly entry: NamedEntry
  readonly paramHeaders: readonly ParamHeader[]
  /** Arguments that the server gives for its clients. */
  readonly given?: GivenArguments | undefined
  /** The virtual server it is offered by: its rules and limits go with the tool. */
  readonly server?: VirtualServerRow | undefined
}

export interface ExposedResource {
  readonly uri: string
  readonly upstream: Upstream
  readonly entry: JsonObject
}

export interface ExposedTemplate {
  readonly uriTemplate: string
  readonly upstream: Upstream
  readonly entry: JsonObject
}

/** Something that does not work, for people to see. */
export interface Problem {
  readonly code: string
  readonly message: string
}

/** What one server (the workspace's default or a virtual one) offers: merged once, read by every request. */
export interface View {
  /** `undefined` for the workspace's own. */
  readonly server: VirtualServerRow | undefined
  readonly tools: readonly Exposed[]
  readonly prompts: readonly Exposed[]
  readonly resources: readonly ExposedResource[]
  readonly templates: readonly ExposedTemplate[]
  readonly toolByName: ReadonlyMap<string, Exposed>
  readonly promptByName: ReadonlyMap<string, Exposed>
  readonly resourceByUri: ReadonlyMap<string, Upstream>
  /** URIs that upstreams list and the server excludes: no template opens them again. */
  readonly leftOut: ReadonlySet<string>
  /** Upstreams whose resources clients of this server may read. */
  readonly resourceUpstreams: readonly Upstream[]
  readonly instructions: string | undefined
  /** Protocol extensions that some upstream declares. */
  readonly extensions: JsonObject
  readonly problems: readonly Problem[]
  /** False while an upstream could not be asked; such a view is built again soon. */
  readonly complete: boolean
}

/** An upstream and its lists. */
export interface Listed {
  readonly upstream: Upstream
  readonly catalog: UpstreamCatalog
}

const NO_HEADERS: readonly ParamHeader[] = []
/** Entries are shared by all servers that show them as they are: their schemas are walked once. */
const headersOf = new WeakMap<NamedEntry, readonly ParamHeader[]>()

function paramHeaders(entry: NamedEntry): readonly ParamHeader[] {
  const known = headersOf.get(entry)
  if (known !== undefined) return known
  const found = paramHeadersOf(entry)
  const headers = found.length === 0 ? NO_HEADERS : found
  headersOf.set(entry, headers)
  return headers
}

/** `entry` under its exposed name and in the words of the server; everything else stays, known or not. */
export function expose(
  upstream: Upstream,
  entry: NamedEntry,
  exposed: string,
  as: PickedAs,
  server: VirtualServerRow | undefined,
): Exposed {
  const given = givenArguments(as.arguments)
  const worded = inWords(entry, as)
  const named = exposed === entry.name ? worded : { ...worded, name: exposed }
  const shown = given === undefined ? named : { ...named, inputSchema: schemaWith(entry['inputSchema'], given) ?? {} }
  return {
    exposed,
    original: entry.name,
    upstream,
    entry: shown,
    paramHeaders: paramHeaders(shown),
    given,
    server,
  }
}

/** `entry` with the title, description and hints that the server gives it; itself when there are none. */
export function inWords<Entry extends JsonObject>(entry: Entry, { title, description, annotations }: PickedAs): Entry {
  if (title === undefined && description === undefined && annotations === undefined) return entry
  const said = entry['annotations']
  const hints: JsonObject = JSON.parse(JSON.stringify(annotations ?? {}))
  const overruled: JsonObject = {
    ...(isJsonObject(said) ? said : {}),
    ...hints,
    // Old clients read a tool's title here.
    ...(title !== undefined && isJsonObject(said) && said['title'] !== undefined ? { title } : {}),
  }
  return {
    ...entry,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(overruled).length === 0 ? {} : { annotations: overruled }),
  }
}
