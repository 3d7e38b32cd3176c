import type { Server } from 'node:http'
import { errorCode } from '@nexus/plugin-api'
import { startError } from './errors.ts'

/** Listens and resolves to the port; a taken port is one clear sentence. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  try {
    await promise
  } catch (cause) {
    const code = errorCode(cause)
    if (code === 'EADDRINUSE') {
      throw startError(
        'PORT_IN_USE',
        `Port ${port} on ${host} is in use. Stop the other program, or set NEXUS_PORT to a free port.`,
        { cause },
      )
    }
    throw startError(
      'LISTEN_FAILED',
      `Cannot listen on ${host}:${port} (${code ?? 'unknown error'}). Set NEXUS_HOST and NEXUS_PORT to an address of this machine and a port this user may use.`,
      { cause },
    )
  } finally {
    server.off('error', reject)
  }
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw startError('LISTEN_FAILED', `Expected a TCP address for ${host}:${port}.`)
  return address.port
}
