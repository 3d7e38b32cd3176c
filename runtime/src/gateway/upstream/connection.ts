import type { JsonObject } from '@nexus/plugin-api'
import type { Era } from '../protocol.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import type { CallClient, UpstreamMessage } from './upstream.ts'

/** What belongs to one request while it is under way. */
export interface Exchange {
  readonly signal: AbortSignal
  readonly client?: CallClient
  readonly onNotification?: (message: UpstreamMessage) => void
  readonly onRequest?: (message: UpstreamMessage, withdrawn?: AbortSignal) => Promise<JsonObject>
}

/** What a server said about itself in the handshake (`initialize` or `server/discover`). */
export interface Hello {
  readonly era: Era
  readonly serverInfo: { readonly name: string; readonly version: string }
  readonly instructions: string | undefined
  readonly capabilities: JsonObject
}

/** Notifications about the server as a whole; every other belongs to some call, known or not. */
export const CHANGE_NOTICES: ReadonlySet<string> = new Set([
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
])

/** What a connection tells without being asked. */
export interface ConnectionEvents {
  /** A notification that belongs to no request, for example list-changed. */
  notified(message: UpstreamMessage): void
  /** Whether a notice to a client may pass; false for a server that floods. */
  admits(): boolean
}

/** One live conversation with an MCP server, handshake done. */
export interface Connection {
  readonly hello: Hello
  request(method: string, params: JsonObject | undefined, exchange: Exchange): Promise<RpcResult>
  close(): Promise<void>
  /** Ends a conversation that is found dead: everything under way fails with `reason`, as if the other side had gone. */
  lose(reason: Error): void
  /** Settles (never rejects) with the reason once the conversation is over. */
  readonly closed: Promise<Error>
}

/** Opens a connection: one attempt. Aborting `signal` ends the attempt and leaves nothing behind. */
export type OpenConnection = (events: ConnectionEvents, signal: AbortSignal) => Promise<Connection>
