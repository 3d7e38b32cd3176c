import { createServer } from 'node:http'
import { registryRoutes, type ReleaseDetail } from '@nexus/registry/contract'

/** What a registry that lies may change in its answers. */
export interface Lies {
  release?: (release: ReleaseDetail) => unknown
  blob?: (bytes: Buffer) => Buffer
  any?: (body: Buffer) => Buffer
}

/** A proxy in front of a real registry that changes what it answers: an attacker between registry and host. */
export async function openLyingRegistry(target: string, lies: Lies) {
  const server = createServer((request, response) => {
    const answer = async () => {
      const url = request.url ?? '/'
      const upstream = await fetch(target + url)
      let body: Buffer = Buffer.from(await upstream.arrayBuffer())
      const isForged = url.includes('/blobs/') && lies.blob !== undefined
      if (isForged) body = lies.blob?.(body) ?? body
      if (/\/resolve|\/versions\//.test(url) && lies.release !== undefined) {
        body = Buffer.from(
          JSON.stringify(lies.release(registryRoutes.release.response.parse(JSON.parse(body.toString())))),
        )
      }
      response
        .writeHead(isForged ? 200 : upstream.status, { 'content-type': upstream.headers.get('content-type') ?? '' })
        .end(lies.any?.(body) ?? body)
    }
    answer().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a port, found none.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
