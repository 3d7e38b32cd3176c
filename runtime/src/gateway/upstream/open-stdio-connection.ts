import type { Readable, Writable } from 'node:stream'
import { gatewayError, upstreamRpcError } from '../errors.ts'
import { orAbort } from '../abort-error.ts'
import { metaOf } from '../json-rpc.ts'
import { MAX_LINE_BYTES } from '../limits.ts'
import { META_CLIENT_CAPABILITIES, RPC } from '../protocol.ts'
import type { Connection, ConnectionEvents, Hello } from './connection.ts'
import { HOST_ENVELOPE, INITIALIZE_PARAMS, readDiscoverResult, readInitializeResult } from './hello.ts'
import { createLineSplitter } from './line-splitter.ts'
import { Peer } from './peer.ts'
import type { RunningProcess } from './upstream.ts'

/** A contained process, as `sandbox/process` starts it. */
export interface ChildPort {
  readonly pid: number | undefined
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Present where the process is contained and watched. */
  readonly containment?: RunningProcess['containment']
  usage?(): RunningProcess['usage']
  /** Why the host itself ended the process, as callers are told. */
  breach?(): Error | undefined
  /** Settles when the process is gone. */
  readonly exited: Promise<unknown>
  /** Ends the whole process group. */
  kill(): unknown
}

/** Servers of the new revision alone refuse `initialize` with one of these. */
const REFUSES_HANDSHAKE: ReadonlySet<number> = new Set([RPC.methodNotFound, RPC.unsupportedVersion, RPC.invalidParams])

async function handshake(peer: Peer, signal: AbortSignal): Promise<Hello> {
  try {
    const result = await peer.request('initialize', INITIALIZE_PARAMS, { signal })
    const { hello } = readInitializeResult(result.value())
    peer.notify('notifications/initialized')
    return hello
  } catch (error) {
    if (!REFUSES_HANDSHAKE.has(upstreamRpcError(error)?.code ?? 0)) throw error
    const result = await peer.request('server/discover', { _meta: HOST_ENVELOPE }, { signal })
    return readDiscoverResult(result.value()).hello
  }
}

function withEnvelope(connection: Connection): Connection {
  if (connection.hello.era === 'legacy') return connection
  return {
    ...connection,
    request(method, params, exchange) {
      const own = exchange.client === undefined ? {} : { [META_CLIENT_CAPABILITIES]: exchange.client.capabilities }
      return connection.request(method, { ...params, _meta: { ...HOST_ENVELOPE, ...own, ...metaOf(params) } }, exchange)
    },
  }
}

/** Speaks MCP over the pipes of a process: handshake of the legacy revisions, else of the modern one. */
export async function openStdioConnection(
  child: ChildPort,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  let over = false
  const peer = new Peer((line) => {
    if (!over && child.stdin.writable) child.stdin.write(line)
  }, events)
  const closed = Promise.withResolvers<Error>()
  const end = (reason: Error) => {
    if (over) return
    over = true
    peer.fail(reason)
    closed.resolve(reason)
    child.kill()
  }
  const died = () =>
    end(child.breach?.() ?? gatewayError('UPSTREAM_DIED', 'Expected the process to keep running, found it gone.'))

  child.stdout.on(
    'data',
    createLineSplitter(
      MAX_LINE_BYTES,
      (line) => peer.receive(line),
      (line) => peer.receiveOversized(line),
    ),
  )
  child.stdout.on('close', died)
  child.stdout.on('error', died)
  child.stdin.on('error', died)
  void child.exited.then(died, died)

  try {
    const hello = await orAbort(handshake(peer, signal), signal)
    return withEnvelope({
      hello,
      request: (method, params, exchange) =>
        over
          ? Promise.reject(gatewayError('UPSTREAM_DIED', 'Expected a running process, found it gone.'))
          : peer.request(method, params, exchange),
      async close() {
        end(gatewayError('UPSTREAM_CLOSED', 'Expected the upstream to stay, found it stopped.'))
        await child.exited.catch(() => undefined)
      },
      lose: end,
      closed: closed.promise,
    })
  } catch (error) {
    end(gatewayError('UPSTREAM_CLOSED', 'Expected a handshake, found none; the process was ended.'))
    throw error
  }
}
