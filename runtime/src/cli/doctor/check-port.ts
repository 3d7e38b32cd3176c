import { createServer } from 'node:net'
import { errorCode } from '@nexus/plugin-api'
import { type Check, failed, ok } from './check.ts'

export const checkPort: Check = {
  name: 'Port',
  async run({ config: { host, port }, runningAt }) {
    if (runningAt !== undefined) return ok(`the running host listens at ${runningAt}`)
    if (port === 0) return ok('any free port')
    const code = await tryListen(host, port)
    if (code === undefined) return ok(`${host}:${port} is free`)
    if (code === 'EADDRINUSE')
      return failed(
        `${host}:${port} is taken by another program`,
        'Stop that program, or set NEXUS_PORT to a free port.',
      )
    return failed(
      `${host}:${port} cannot be used (${code})`,
      'Set NEXUS_HOST to an address of this machine and NEXUS_PORT to a port this user may use.',
    )
  },
}

/** The error code of listening there, or `undefined` when it works. */
async function tryListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  server.once('error', (error) => resolve(errorCode(error) ?? error.message))
  server.listen(port, host, () => server.close(() => resolve(undefined)))
  return await promise
}
