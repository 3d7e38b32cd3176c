import type { JsonObject } from '@nexus/plugin-api'
import type { Target } from '../call.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'
const VIRTUAL = /^\/v\/([a-z0-9][a-z0-9-]{0,39})\/(mcp|sse|messages)$/

/** `mcp`: the one endpoint since 2025-03-26. `sse` and `messages`: the two of the HTTP+SSE transport before. */
export type EdgeDoor = 'mcp' | 'sse' | 'messages'

/** What a path stands for at the gateway. */
export interface EdgePath {
  readonly kind: EdgeDoor | 'metadata'
  readonly target: Target
}

const OWN_DOORS: ReadonlyMap<string, EdgeDoor> = new Map([
  ['/mcp', 'mcp'],
  ['/sse', 'sse'],
  ['/messages', 'messages'],
])
const DEFAULT_TARGET: Target = { virtualServer: undefined }

function doorOf(path: string): EdgePath | undefined {
  const own = OWN_DOORS.get(path)
  if (own !== undefined) return { kind: own, target: DEFAULT_TARGET }
  const [, virtualServer, door] = VIRTUAL.exec(path) ?? []
  const kind = OWN_DOORS.get(`/${door}`)
  return kind === undefined ? undefined : { kind, target: { virtualServer } }
}

/** Reads a request path; `undefined` when it is not the gateway's. */
export function readPath(url: string | undefined): EdgePath | undefined {
  const query = url?.indexOf('?') ?? -1
  const path = query === -1 ? (url ?? '') : (url ?? '').slice(0, query)
  if (!path.startsWith(WELL_KNOWN)) return doorOf(path)
  const rest = path.slice(WELL_KNOWN.length)
  const door = rest === '' ? { kind: 'mcp', target: DEFAULT_TARGET } : doorOf(rest)
  return door?.kind === 'mcp' ? { kind: 'metadata', target: door.target } : undefined
}

export function pathOf({ virtualServer }: Target): string {
  return virtualServer === undefined ? '/mcp' : `/v/${virtualServer}/mcp`
}

/** RFC 9728 metadata: each server is a resource of its own. */
export function resourceMetadata(
  publicUrl: string,
  target: Target,
  authorizationServers: readonly string[],
): JsonObject {
  return {
    resource: new URL(pathOf(target), publicUrl).href,
    ...(authorizationServers.length === 0 ? {} : { authorization_servers: authorizationServers }),
    scopes_supported: ['tools:call'],
    bearer_methods_supported: ['header'],
    resource_name: target.virtualServer === undefined ? 'Nexus' : `Nexus: ${target.virtualServer}`,
  }
}

/** The `WWW-Authenticate` value of a 401 or 403 (RFC 6750, RFC 9728). */
export function challenge(
  publicUrl: string,
  target: Target,
  error: 'invalid_token' | 'insufficient_scope' | undefined,
): string {
  const metadata = new URL(`${WELL_KNOWN}${pathOf(target)}`, publicUrl).href
  const parts = [
    `resource_metadata="${metadata}"`,
    'scope="tools:call"',
    ...(error === undefined ? [] : [`error="${error}"`]),
  ]
  return `Bearer ${parts.join(', ')}`
}
