import { createServer } from 'node:http'
import { listenOnFreePort } from './listen.ts'

/** What a registry answers, and what the one in the middle makes of it. */
export interface Passing {
  readonly path: string
  readonly query: URLSearchParams
  readonly status: number
  readonly body: Buffer
}

/** Changes an answer; `undefined` passes it on. */
export type Tamper = (answer: Passing) => { status?: number; body: Buffer | string } | undefined

/** A server in front of a real registry that may change every answer it passes on. */
export async function openTamperingRegistry(target: string) {
  let tamper: Tamper = () => undefined
  const refused = new Set<string>()
  let upstream = target
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', upstream)
    const abort = new AbortController()
    response.once('close', () => abort.abort())
    const pass = async () => {
      if (refused.has(url.pathname)) {
        response.writeHead(503).end()
        return
      }
      const answer = await fetch(url, { signal: abort.signal })
      const type = answer.headers.get('content-type') ?? 'application/json'
      if (type.startsWith('text/event-stream')) {
        response.writeHead(answer.status, { 'content-type': type })
        for await (const chunk of answer.body ?? []) response.write(chunk)
        response.end()
        return
      }
      const body = Buffer.from(await answer.arrayBuffer())
      const changed = tamper({ path: url.pathname, query: url.searchParams, status: answer.status, body })
      response.writeHead(changed?.status ?? answer.status, { 'content-type': type })
      response.end(changed?.body ?? body)
    }
    pass().catch(() => response.destroy())
  })
  const url = await listenOnFreePort(server)
  return {
    url,
    set(next: Tamper) {
      tamper = next
    },
    /** The registry has another address from now on. */
    moveTo(next: string) {
      upstream = next
    },
    /** Answers a path with 503 from now on. */
    refuse(path: string) {
      refused.add(path)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
