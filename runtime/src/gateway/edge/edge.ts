import { randomUUIDv7 } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { NexusError } from '@nexus/plugin-api'
import type { Principal } from '../../identity/principal.ts'
import type { Target } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { errorMessage, readMessage } from '../json-rpc.ts'
import { sendJson } from './answer.ts'
import type { EdgeContext, EdgeRequest } from './edge-context.ts'
import { type EdgeLog, RefusalLog } from './edge-log.ts'
import { createGuard } from './guard.ts'
import { serveDelete, serveGet, servePost } from './legacy/serve-legacy.ts'
import type { SessionTable } from './legacy/session-table.ts'
import { claimsModern } from './modern/check-envelope.ts'
import { serveModern } from './modern/serve-modern.ts'
import { challenge, type EdgeDoor } from './protected-resource.ts'
import { readJson } from './read-body.ts'
import { toRpcError, transportStatus } from './rpc-error.ts'
import { serveSseMessage, serveSseStream } from './sse/serve-sse.ts'

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
  readonly log: EdgeLog | undefined
}

export interface McpEdge {
  handle(request: IncomingMessage, response: ServerResponse, target: Target, door: EdgeDoor): Promise<void>
}

const METHODS: Readonly<Record<EdgeDoor, string>> = { mcp: 'POST, GET, DELETE', sse: 'GET', messages: 'POST' }

/** A client of 2024-11-05 that was given the newer URL: it opens a stream and knows neither sessions nor versions in headers. */
function isOldClient({ headers }: IncomingMessage): boolean {
  return (
    headers['mcp-session-id'] === undefined &&
    headers['mcp-protocol-version'] === undefined &&
    headers['last-event-id'] === undefined &&
    headers.accept?.includes('text/event-stream') === true
  )
}

/** The MCP endpoints over HTTP: both eras at one URL, and the two of the transport before. */
export function createMcpEdge(options: McpEdgeOptions): McpEdge {
  const { context, sessions, authenticate, publicUrl, allowedHosts } = options
  const guard = createGuard(publicUrl(), allowedHosts)
  const refusals = new RefusalLog(options.log)

  const identify = async (request: IncomingMessage, { virtualServer }: Target): Promise<Principal> => {
    const principal = await authenticate(request.headers, virtualServer === undefined ? {} : { virtualServer })
    if (principal.permissions.has('tools:call')) return principal
    throw gatewayError(
      'PERMISSION_MISSING',
      'Expected a token with the scope `tools:call`, found one without. Create another token.',
    )
  }
  const serve = async (edge: EdgeRequest, door: EdgeDoor): Promise<void> => {
    const { request } = edge
    const { method } = request
    if (door === 'mcp') {
      if (method === 'POST') return post(context, sessions, edge, await readJson(request))
      if (method === 'GET') return isOldClient(request) ? serveSseStream(sessions, edge) : serveGet(sessions, edge)
      if (method === 'DELETE') return serveDelete(sessions, edge)
    }
    if (door === 'sse' && method === 'GET') return serveSseStream(sessions, edge)
    if (door === 'messages' && method === 'POST') {
      return serveSseMessage(context, sessions, edge, await readJson(request))
    }
    throw gatewayError('METHOD_NOT_ALLOWED', `Expected ${METHODS[door]}, found another method.`)
  }

  return {
    async handle(request, response, target, door) {
      // In the order of time: the audit trail's index by request grows at its end only.
      const requestId = randomUUIDv7()
      let known: string | undefined
      try {
        guard(request.headers)
        const principal = await identify(request, target)
        known = principal.id
        await context.select(target, principal)
        const dropped = (error: unknown) => refusals.tell(error, requestId, principal.id)
        const recheck = async () => {
          await context.select(target, await identify(request, target))
        }
        await serve({ request, response, principal, target, requestId, dropped, recheck }, door)
      } catch (error) {
        refusals.tell(error, requestId, known)
        refuse(request, response, error, { requestId, publicUrl, target, door })
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

interface Refused {
  readonly requestId: string
  readonly publicUrl: () => string
  readonly target: Target
  readonly door: EdgeDoor
}

/** Answers what was refused before a message could be answered. The rest of an unread body is not waited for. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  { requestId, publicUrl, target, door }: Refused,
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
  if (status === 405) headers['allow'] = METHODS[door]
  if (!request.complete) headers['connection'] = 'close'
  sendJson(response, status, errorMessage(null, toRpcError(error, 'legacy', requestId)), headers)
}
