import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { HTTP_METHODS } from '@nexus/plugin-api'
import { brokerError } from '../errors.ts'
import { CONNECT_MS, TUNNEL_IDLE_MS } from '../limits.ts'
import type { EgressTarget } from './check-target.ts'
import type { ProxyDesk } from './proxy-desk.ts'

const AUTHORITY = /^[^/?#@\\\s]+:\d{1,5}$/

/** Answers `CONNECT host:port`: joins both ends, or says why not. */
export function openTunnel(desk: ProxyDesk, authority: string, client: Duplex, head: Buffer): void {
  client.on('error', () => client.destroy())
  const refuse = (error: unknown): void => {
    const { status, text } = desk.refuse(error)
    client.end(
      `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    )
  }
  try {
    if (!AUTHORITY.test(authority)) throw brokerError('NETWORK_DENIED', 'Expected `host:port` after CONNECT.')
    // Whatever the scheme: inside a tunnel nobody sees it, as nobody sees the method.
    const grants = desk.grants
      .filter(({ methods }) => HTTP_METHODS.every((method) => methods.includes(method)))
      .map((grant) => ({ ...grant, scheme: 'https' as const }))
    const target = desk.admit(`https://${authority}/`, 'GET', grants, HTTP_METHODS)
    joinTunnel(desk, target, client, head, refuse)
  } catch (error) {
    refuse(error)
  }
}

function joinTunnel(
  desk: ProxyDesk,
  target: EgressTarget,
  client: Duplex,
  head: Buffer,
  refuse: (error: unknown) => void,
): void {
  const remote = connect({ ...desk.connectOptions(target), timeout: CONNECT_MS })
  let isOpen = false
  const end = (): void => {
    remote.destroy()
    client.destroy()
  }
  const counted = (chunk: Buffer): void => {
    try {
      desk.count(chunk.length)
    } catch (error) {
      // A tunnel has no place for an answer any more; the host's log has the reason.
      desk.refuse(error)
      end()
    }
  }
  remote.once('connect', () => {
    isOpen = true
    remote.setTimeout(TUNNEL_IDLE_MS)
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) {
      counted(head)
      remote.write(head)
    }
    client.on('data', counted)
    remote.on('data', counted)
    client.pipe(remote).pipe(client)
  })
  remote.once('timeout', () =>
    isOpen ? end() : remote.destroy(brokerError('NETWORK_TIMEOUT', 'Expected a connection, found none in time.')),
  )
  remote.on('error', (error) => (isOpen ? end() : refuse(error)))
  client.on('close', () => remote.destroy())
  remote.on('close', () => {
    if (isOpen) client.destroy()
  })
}
