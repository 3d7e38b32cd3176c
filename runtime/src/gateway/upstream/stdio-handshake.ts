import { errorCode } from '@nexus/plugin-api'
import { gatewayError, upstreamRpcError } from '../errors.ts'
import { STDIO_PATIENCE_MS } from '../limits.ts'
import { MODERN_VERSION, RPC } from '../protocol.ts'
import type { Hello } from './connection.ts'
import { HOST_ENVELOPE, INITIALIZE_PARAMS, readDiscoverResult, readInitializeResult } from './hello.ts'
import type { Peer } from './peer.ts'

/** Servers of the new revision alone refuse `initialize` with one of these. */
const REFUSES_HANDSHAKE: ReadonlySet<number> = new Set([RPC.methodNotFound, RPC.unsupportedVersion, RPC.invalidParams])

/**
 * Finds out which revision a server over pipes speaks. One that speaks both is taken at the modern one, where each
 * request says what its client can do and a question names the call it belongs to: one process then serves many clients
 * without mixing them up. `initialize` would decide for the old revisions, so it is sent only to a server that refused
 * `server/discover` or was silent for long. `asksModern` is false for a server that did not live through the question.
 */
export async function greet(peer: Peer, signal: AbortSignal, asksModern: boolean): Promise<Hello> {
  if (!asksModern) return initialize(peer, signal)
  const patience = AbortSignal.timeout(STDIO_PATIENCE_MS)
  try {
    return await discover(peer, AbortSignal.any([signal, patience]))
  } catch (error) {
    const isAnswer = upstreamRpcError(error) !== undefined || errorCode(error) === 'UPSTREAM_PROTOCOL'
    if (signal.aborted || !(isAnswer || patience.aborted)) throw error
    return initialize(peer, signal)
  }
}

async function discover(peer: Peer, signal: AbortSignal): Promise<Hello> {
  const result = await peer.request('server/discover', { _meta: HOST_ENVELOPE }, { signal })
  const { hello, versions } = readDiscoverResult(result.value())
  if (versions.includes(MODERN_VERSION)) return hello
  const found = versions.join(', ').slice(0, 200)
  throw gatewayError('UPSTREAM_PROTOCOL', `Expected ${MODERN_VERSION} among the server's versions, found ${found}.`)
}

async function initialize(peer: Peer, signal: AbortSignal): Promise<Hello> {
  try {
    const result = await peer.request('initialize', INITIALIZE_PARAMS, { signal })
    const { hello } = readInitializeResult(result.value())
    peer.notify('notifications/initialized')
    return hello
  } catch (error) {
    if (!REFUSES_HANDSHAKE.has(upstreamRpcError(error)?.code ?? 0)) throw error
    return discover(peer, signal)
  }
}
