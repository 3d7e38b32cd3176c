import { connect as connectSocket, type Socket } from 'node:net'
import { expect, it, vi } from 'vitest'
import { type RunningGateway, startGateway, WORKSPACE } from '../harness.ts'
import { modern } from '../wire.ts'
import { echoUpstream, tickets } from '../virtual/echo-upstream.ts'

/** Sends a request on a socket of its own. */
function send({ url }: RunningGateway, start: string, headers: Readonly<Record<string, string>>, body = ''): Socket {
  const { port } = new URL(url)
  const socket = connectSocket(Number(port), '127.0.0.1')
  socket.on('error', () => undefined)
  const lines = Object.entries({ host: `127.0.0.1:${port}`, authorization: 'Bearer alice', ...headers })
  socket.write([`${start} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n'))
  return socket
}

/** Ends the connection, and waits until the host has seen it. */
async function leave(socket: Socket): Promise<void> {
  socket.destroy()
  await new Promise((done) => setTimeout(done, 100))
}

it('a client that left before its old stream was opened leaves no session behind [G1, G3]', async () => {
  await using nexus = await startGateway()
  await nexus.gateway.virtualServers.create(WORKSPACE, { name: 'small', title: 'Small' })
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { virtualServers } = nexus.store
  const byName: typeof virtualServers.byName = async (name) => {
    asked.resolve()
    await answer.promise
    return virtualServers.byName(name)
  }
  await using slow = await startGateway({ store: { ...nexus.store, virtualServers: { ...virtualServers, byName } } })
  const socket = send(slow, 'GET /v/small/sse', { accept: 'text/event-stream' })
  await asked.promise
  await leave(socket)
  answer.resolve()
  expect((await modern(slow, 'tools/list', {}, { path: '/v/small/mcp' })).status).toBe(200)
  expect(slow.gateway.connections()).toEqual([])
})

it('a client that left while its subscription was made is not counted as a listener [G1, G3]', async () => {
  await using nexus = await startGateway()
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const desk = echoUpstream('tickets', tickets)
  nexus.add({
    ...desk,
    async catalog(signal) {
      asked.resolve()
      await answer.promise
      return desk.catalog(signal)
    },
  })
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const params = { notifications: { toolsListChanged: true }, _meta: meta }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params })
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    accept: 'text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'subscriptions/listen',
  }
  const left = send(nexus, 'POST /mcp', headers, body)
  await asked.promise
  await leave(left)
  const stays = send(nexus, 'POST /mcp', headers, body)
  answer.resolve()
  await vi.waitFor(() => expect(nexus.gateway.connections()).toHaveLength(1), { timeout: 5_000 })
  await leave(stays)
  await vi.waitFor(() => expect(nexus.gateway.connections()).toEqual([]), { timeout: 5_000 })
})
