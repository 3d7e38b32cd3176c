import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../../identity/principal.ts'
import { gatewayError } from '../errors.ts'
import { paramHeadersOf } from '../upstream/remote/param-headers.ts'
import type { CallAncestry, UpstreamTable } from '../upstream/upstream.ts'
import { type CallDoors, callTool } from './call-tool.ts'
import type { Exposed } from './view.ts'
import type { CatalogOf } from './views.ts'

/** A tool call that a plugin makes from within a call, an event or a scheduled run. */
export interface RelayedCall {
  /** In whose name; its workspace is the only one that is looked at. */
  readonly principal: Principal
  /** `publisher/plugin` whose tool it is. */
  readonly pluginId: string
  /** The tool's own name, not an exposed one. */
  readonly tool: string
  readonly arguments: JsonObject
  /** The same as of the call above: one id finds everything that came of one request. */
  readonly requestId: string
  readonly signal: AbortSignal
  readonly ancestry: CallAncestry
}

/** Calls a tool the way a client's call goes: policy, upstream, review of the result, audit. */
export async function relayCall(
  doors: CallDoors,
  table: UpstreamTable,
  catalogOf: CatalogOf,
  relayed: RelayedCall,
): Promise<JsonObject> {
  const { principal, requestId, signal, ancestry } = relayed
  const tool = await find(table, catalogOf, relayed)
  const result = await callTool(
    doors,
    {
      era: 'modern',
      principal,
      target: { virtualServer: undefined },
      requestId,
      method: 'tools/call',
      params: { name: relayed.tool, arguments: relayed.arguments },
      // A key of its own: what an upstream says without an address must not reach the client of the call above.
      client: {
        key: `relay ${requestId}`,
        principalId: principal.id,
        era: 'modern',
        capabilities: {},
        info: undefined,
        logLevel: undefined,
      },
      ancestry,
      signal,
      notify: () => undefined,
      ask: undefined,
    },
    tool,
  )
  if (result.get('resultType') !== 'input_required') return result.value()
  throw gatewayError('INPUT_UNSUPPORTED', `Expected \`${relayed.tool}\` to answer, found it asking a person for input.`)
}

/** A name means one tool: where two installations of a plugin offer it, neither is guessed. */
async function find(
  table: UpstreamTable,
  catalogOf: CatalogOf,
  { principal, pluginId, tool, signal }: RelayedCall,
): Promise<Exposed> {
  const upstreams = table.list(principal.workspaceId).filter((upstream) => upstream.pluginId === pluginId)
  const catalogs = await Promise.allSettled(upstreams.map((upstream) => catalogOf(upstream, signal)))
  const found = catalogs.flatMap((catalog, index): Exposed[] => {
    const upstream = upstreams[index]
    if (upstream === undefined || catalog.status === 'rejected') return []
    return catalog.value.tools
      .filter(({ name }) => name === tool)
      .map((entry) => ({ exposed: tool, original: tool, upstream, entry, paramHeaders: paramHeadersOf(entry) }))
  })
  const [only, second] = found
  if (only !== undefined && second === undefined) return only
  if (only !== undefined) {
    const labels = found.map(({ upstream }) => upstream.label).join(', ')
    throw gatewayError('TOOL_AMBIGUOUS', `Expected one upstream with ${pluginId}:${tool}, found several: ${labels}.`)
  }
  const failed = catalogs.find((catalog) => catalog.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  throw gatewayError('TOOL_UNKNOWN', `Expected a tool ${pluginId}:${tool} in this workspace, found none.`)
}
