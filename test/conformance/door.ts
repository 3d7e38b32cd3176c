import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An address that leads to one virtual server. */
export interface Door extends AsyncDisposable {
  readonly url: string
}

/**
 * The suite sends no token and knows one path: this door adds the token, leads to the virtual server, and passes
 * everything else on as it is, Host and Origin of strangers included.
 */
export async function openDoor(target: URL, token: string): Promise<Door> {
  let own = ''
  const translated = (value: string | undefined) => value?.replace(own, target.host)
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` }
    const host = translated(headers.host)
    const origin = translated(headers.origin)
    const passed = forward(
      target,
      {
        method: incoming.method ?? 'GET',
        headers: { ...headers, ...(host && { host }), ...(origin && { origin }) },
        agent: false,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        outgoing.flushHeaders()
        answer.pipe(outgoing)
      },
    )
    passed.on('error', () => outgoing.destroy())
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  }
  const server = createServer(serve)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
  own = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${own}/mcp`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
