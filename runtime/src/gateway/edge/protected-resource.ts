import type { JsonObject } from '@nexus/plugin-api'
import type { Target } from '../call.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'
const VIRTUAL = /^\/v\/([a-z0-9][a-z0-9-]{0,39})\/mcp$/

/** What a path stands for at the gateway. */
export type EdgePath =
  | { readonly kind: 'mcp'; readonly target: Target }
  | { readonly kind: 'metadata'; readonly target: Target }

function targetOf(path: string): Target | undefined {
  if (path === '/mcp') return { virtualServer: undefined }
  const name = VIRTUAL.exec(path)?.[1]
  return name === undefined ? undefined : { virtualServer: name }
}

/** Reads a request path; `undefined` when it is not the gateway's. */
export function readPath(url: string | undefined): EdgePath | undefined {
  const query = url?.indexOf('?') ?? -1
  const path = query === -1 ? (url ?? '') : (url ?? '').slice(0, query)
  if (!path.startsWith(WELL_KNOWN)) {
    const target = targetOf(path)
    return target === undefined ? undefined : { kind: 'mcp', target }
  }
  const rest = path.slice(WELL_KNOWN.length)
  const target = rest === '' ? { virtualServer: undefined } : targetOf(rest)
  return target === undefined ? undefined : { kind: 'metadata', target }
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
