import type { JsonObject } from '@nexus/plugin-api'
import { type ParamHeader, paramHeadersOf } from '../upstream/remote/param-headers.ts'
import type { NamedEntry, Upstream, UpstreamCatalog } from '../upstream/upstream.ts'

/** A tool or prompt as clients of one server see it, and where it comes from. */
export interface Exposed {
  readonly exposed: string
  readonly original: string
  readonly upstream: Upstream
  /** The entry as listed: the upstream's own, under the exposed name. */
  readonly entry: NamedEntry
  readonly paramHeaders: readonly ParamHeader[]
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
  readonly tools: readonly Exposed[]
  readonly prompts: readonly Exposed[]
  readonly resources: readonly ExposedResource[]
  readonly templates: readonly ExposedTemplate[]
  readonly toolByName: ReadonlyMap<string, Exposed>
  readonly promptByName: ReadonlyMap<string, Exposed>
  readonly resourceByUri: ReadonlyMap<string, Upstream>
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

/** `entry` under its exposed name; everything else stays, known or not. */
export function expose(
  upstream: Upstream,
  entry: NamedEntry,
  exposed: string,
  description: string | undefined,
): Exposed {
  const renamed = exposed === entry.name ? entry : { ...entry, name: exposed }
  return {
    exposed,
    original: entry.name,
    upstream,
    entry: description === undefined ? renamed : { ...renamed, description },
    paramHeaders: paramHeadersOf(entry),
  }
}
