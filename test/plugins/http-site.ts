import { once } from 'node:events'
import { type IncomingMessage, createServer } from 'node:http'

/** One request as a site saw it. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What a site answers. */
export interface SiteAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** A web server on a free loopback port. */
export interface HttpSite extends AsyncDisposable {
  /** `http://localhost:<port>`. */
  readonly url: string
  /** `localhost:<port>`. */
  readonly host: string
  readonly seen: readonly SeenRequest[]
}

/** Opens a web server that answers as told and remembers what it was asked. */
export async function openHttpSite(answer: (request: SeenRequest) => SiteAnswer): Promise<HttpSite> {
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }
      seen.push(one)
      const { status = 200, headers = { 'content-type': 'text/html; charset=utf-8' }, body = '' } = answer(one)
      response.writeHead(status, headers).end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('Expected a TCP address.')
  const { port } = address
  return {
    url: `http://localhost:${port}`,
    host: `localhost:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
