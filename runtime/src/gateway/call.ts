import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../identity/principal.ts'
import type { Era } from './protocol.ts'
import type { CallAncestry, CallClient, UpstreamMessage } from './upstream/upstream.ts'

/** Which face of the gateway was asked: the workspace's default server, or a virtual server by name. */
export interface Target {
  readonly virtualServer: string | undefined
}

/**
 * One request of a client on its straight way: edge → router → policy → upstream → audit → edge. Made at the edge,
 * never copied.
 */
export interface Call {
  readonly era: Era
  readonly principal: Principal
  readonly target: Target
  /** The same in audit, logs and upstream. Not the client's JSON-RPC id. */
  readonly requestId: string
  readonly method: string
  readonly params: JsonObject | undefined
  readonly client: CallClient
  /** Set when a plugin made the call from within another one. */
  readonly ancestry?: CallAncestry
  /** Aborts when the client cancels or goes away, or the deadline passes. */
  readonly signal: AbortSignal
  /** Sink for progress and log messages of this call. */
  readonly notify: (message: UpstreamMessage) => void
  /** Asks the client; absent when there is no way to reach it within this call. */
  readonly ask: ((message: UpstreamMessage, withdrawn?: AbortSignal) => Promise<JsonObject>) | undefined
}
