import type { IncomingMessage } from 'node:http'
import { gatewayError } from '../../errors.ts'
import { LEGACY_VERSIONS } from '../../protocol.ts'
import type { EdgeRequest } from '../edge-context.ts'
import type { SessionTable } from './session-table.ts'
import type { Door, Session } from './session.ts'

export const SESSION_HEADER = 'mcp-session-id'

/** The session that an id stands for: of this principal, this server and this transport, or none at all. */
export function findSession(
  sessions: SessionTable,
  { request, principal, target }: EdgeRequest,
  id: string | undefined,
  door: Door,
): Session {
  const session = id === undefined ? undefined : sessions.get(id)
  if (session === undefined || !session.belongsTo(principal, target, door)) {
    throw gatewayError(
      'SESSION_UNKNOWN',
      'Session not found: expected a session of this caller. Send initialize again.',
    )
  }
  checkVersion(request)
  session.touch()
  return session
}

/** The session that the header of a request names. */
export function sessionOf(sessions: SessionTable, edge: EdgeRequest): Session {
  const id = edge.request.headers[SESSION_HEADER]
  if (typeof id === 'string') return findSession(sessions, edge, id, 'streamable')
  throw gatewayError(
    'SESSION_MISSING',
    'Bad Request: expected an Mcp-Session-Id header, found none. Send initialize first.',
  )
}

function checkVersion({ headers }: IncomingMessage): void {
  const version = headers['mcp-protocol-version']
  if (version === undefined || (typeof version === 'string' && LEGACY_VERSIONS.has(version))) return
  throw gatewayError('VERSION_UNSUPPORTED', `Bad Request: expected a supported MCP-Protocol-Version, found another.`, {
    details: { supported: [...LEGACY_VERSIONS] },
  })
}
