import type { Server } from 'node:http'

/** Listens on any free port of this machine and gives the address. */
export async function listenOnFreePort(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a port.')
  return `http://127.0.0.1:${address.port}`
}
