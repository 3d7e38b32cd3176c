import type { Readable, Writable } from 'node:stream'
import { gatewayError } from '../errors.ts'
import { orAbort } from '../abort-error.ts'
import { MAX_LINE_BYTES, MAX_UNREAD_BYTES } from '../limits.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import type { Connection, ConnectionEvents } from './connection.ts'
import { withEnvelope, withoutEnvelope } from './envelope.ts'
import { tellsOfChanges } from './hello.ts'
import { createLineSplitter } from './line-splitter.ts'
import { Peer } from './peer.ts'
import { greet } from './stdio-handshake.ts'
import { StdioListener } from './stdio-listener.ts'
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

/** What the era of the server wants said with each request, or not said. */
function inItsEra(connection: Connection, peer: Peer, life: AbortSignal): Connection {
  if (connection.hello.era === 'legacy') {
    return {
      ...connection,
      request: (method, params, exchange) => connection.request(method, withoutEnvelope(params), exchange),
    }
  }
  const listener = new StdioListener(peer, life)
  if (tellsOfChanges(connection.hello)) listener.listen()
  return {
    ...connection,
    request(method, params, exchange) {
      if (method !== 'resources/subscribe' && method !== 'resources/unsubscribe') {
        return connection.request(method, withEnvelope(params, exchange), exchange)
      }
      listener.watch(params?.['uri'], method === 'resources/subscribe')
      return Promise.resolve(RpcResult.of({}))
    },
  }
}

/** Refuses calls while more waits for the process than it can be worth: all of it is in this host's memory. */
function whileItReads({ stdin }: ChildPort, request: Connection['request']): Connection['request'] {
  return (method, params, exchange) => {
    if (stdin.writableLength <= MAX_UNREAD_BYTES) return request(method, params, exchange)
    const problem = `Expected the process to read, found over ${MAX_UNREAD_BYTES} bytes waiting for it. Try again later.`
    return Promise.reject(gatewayError('UPSTREAM_BUSY', problem))
  }
}

/** Speaks MCP over the pipes of a process, in the modern revision where the server does. */
export async function openStdioConnection(
  child: ChildPort,
  events: ConnectionEvents,
  signal: AbortSignal,
  asksModern = true,
): Promise<Connection> {
  let over = false
  const peer = new Peer((line) => {
    if (over || !child.stdin.writable) return
    child.stdin.write(line)
    // No more calls come by then: it asks, and does not read the answers.
    if (child.stdin.writableLength > 2 * MAX_UNREAD_BYTES) {
      end(gatewayError('UPSTREAM_DIED', 'Expected the process to read what it asked for, found it did not; ended it.'))
    }
  }, events)
  const closed = Promise.withResolvers<Error>()
  const life = new AbortController()
  const end = (reason: Error) => {
    if (over) return
    over = true
    life.abort(reason)
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
    const hello = await orAbort(greet(peer, signal, asksModern), signal)
    const connection: Connection = {
      hello,
      request: whileItReads(child, (method, params, exchange) =>
        over
          ? Promise.reject(gatewayError('UPSTREAM_DIED', 'Expected a running process, found it gone.'))
          : peer.request(method, params, exchange),
      ),
      async close() {
        end(gatewayError('UPSTREAM_CLOSED', 'Expected the upstream to stay, found it stopped.'))
        await child.exited.catch(() => undefined)
      },
      lose: end,
      closed: closed.promise,
    }
    return inItsEra(connection, peer, life.signal)
  } catch (error) {
    end(gatewayError('UPSTREAM_CLOSED', 'Expected a handshake, found none; the process was ended.'))
    throw error
  }
}
