import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { NexusError } from '@nexus/plugin-api'
import type { Principal } from '../../identity/principal.ts'
import type { Target } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { errorMessage, readMessage } from '../json-rpc.ts'
import { sendJson } from './answer.ts'
import type { EdgeContext, EdgeRequest } from './edge-context.ts'
import { createGuard } from './guard.ts'
import { serveDelete, serveGet, servePost } from './legacy/serve-legacy.ts'
import type { SessionTable } from './legacy/session-table.ts'
import { claimsModern } from './modern/check-envelope.ts'
import { serveModern } from './modern/serve-modern.ts'
import { challenge } from './protected-resource.ts'
import { readJson } from './read-body.ts'
import { toRpcError, transportStatus } from './rpc-error.ts'

/** Says who calls. Throws a `NexusError` of status 401 or 403. */
export type Authenticate = (
  headers: IncomingHttpHeaders,
  resource: { readonly virtualServer?: string },
) => Promise<Principal>

export interface McpEdgeOptions {
  readonly context: EdgeContext
  readonly sessions: SessionTable
  readonly authenticate: Authenticate
  /** Origin under which clients reach this host. */
  readonly publicUrl: () => string
  /** Host names beside the public one and loopback. */
  readonly allowedHosts: readonly string[]
}

export interface McpEdge {
  handle(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void>
}

/** The MCP endpoint over HTTP: both eras at one URL. */
export function createMcpEdge({ context, sessions, authenticate, publicUrl, allowedHosts }: McpEdgeOptions): McpEdge {
  const guard = createGuard(publicUrl(), allowedHosts)

  const identify = async (request: IncomingMessage, { virtualServer }: Target): Promise<Principal> => {
    const principal = await authenticate(request.headers, virtualServer === undefined ? {} : { virtualServer })
    if (principal.permissions.has('tools:call')) return principal
    throw gatewayError(
      'PERMISSION_MISSING',
      'Expected a token with the scope `tools:call`, found one without. Create another token.',
    )
  }
  const serve = async (edge: EdgeRequest): Promise<void> => {
    const { request } = edge
    if (request.method === 'POST') return post(context, sessions, edge, await readJson(request))
    if (request.method === 'GET') return serveGet(sessions, edge)
    if (request.method === 'DELETE') return serveDelete(sessions, edge)
    throw gatewayError('METHOD_NOT_ALLOWED', 'Expected POST, GET or DELETE, found another method.')
  }

  return {
    async handle(request, response, target) {
      const requestId = randomUUID()
      try {
        guard(request.headers)
        const principal = await identify(request, target)
        await context.select(target, principal)
        await serve({ request, response, principal, target, requestId })
      } catch (error) {
        refuse(request, response, error, requestId, publicUrl, target)
      }
    },
  }
}

async function post(context: EdgeContext, sessions: SessionTable, edge: EdgeRequest, body: unknown): Promise<void> {
  if (Array.isArray(body)) return servePost(context, sessions, edge, body)
  const message = readMessage(body)
  const { headers } = edge.request
  if (message.kind === 'request' && claimsModern(headers, message.request.params)) {
    return serveModern(context, edge, message.request)
  }
  if (message.kind === 'notification' && claimsModern(headers, message.notification.params)) {
    edge.response.writeHead(202).end()
    return
  }
  return servePost(context, sessions, edge, body)
}

/** Answers what was refused before a message could be answered. The rest of an unread body is not waited for. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  requestId: string,
  publicUrl: () => string,
  target: Target,
): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const status = transportStatus(error)
  const headers: Record<string, string> = {}
  if (status === 401) {
    const given = request.headers.authorization !== undefined
    headers['www-authenticate'] = challenge(publicUrl(), target, given ? 'invalid_token' : undefined)
  }
  if (error instanceof NexusError && error.code === 'PERMISSION_MISSING') {
    headers['www-authenticate'] = challenge(publicUrl(), target, 'insufficient_scope')
  }
  if (status === 405) headers['allow'] = 'POST, GET, DELETE'
  if (!request.complete) headers['connection'] = 'close'
  sendJson(response, status, errorMessage(null, toRpcError(error, 'legacy', requestId)), headers)
}
