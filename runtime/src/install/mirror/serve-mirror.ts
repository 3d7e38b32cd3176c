import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { NexusError } from '@nexus/plugin-api'
import { type RegistryRoute, registryRoutes as routes } from '@nexus/registry/contract'
import {
  consistencyIn,
  missing,
  pageOf,
  provenIn,
  releaseOf,
  resolveInMirror,
  searchMirror,
  targetOf,
} from './answer-mirror.ts'
import { MIRROR_BEAT_MS } from './limits.ts'
import { mirrorPath } from './mirror-files.ts'
import { type Mirror, openMirror } from './open-mirror.ts'

/** A mirror that listens on this machine only. */
export interface ServedMirror extends AsyncDisposable {
  readonly url: string
}

type Parts = Readonly<Record<string, string>>

/** Serves a mirror's folder as a registry that can only be read. The host that uses it checks everything it says. */
export async function serveMirror(folder: string): Promise<ServedMirror> {
  const mirror = await openMirror(folder)
  const table = routesOf(mirror)
  const server = createServer((request, response) => {
    answer(table, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((opened, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', opened)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('Expected the server to have a port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

interface ServedRoute {
  readonly route: RegistryRoute
  readonly pattern: RegExp
  readonly serve: (params: Parts, query: URLSearchParams, response: ServerResponse) => Promise<void>
}

function routesOf(mirror: Mirror): readonly ServedRoute[] {
  const idOf = ({ publisher, name }: Parts) => `${publisher}/${name}`
  const json =
    (make: (params: Parts, query: Parts) => unknown): ServedRoute['serve'] =>
    async (params, query, response) =>
      sendJson(response, await make(params, Object.fromEntries(query)))
  const text = async (path: string): Promise<unknown> => {
    const found = await mirror.text(path)
    if (found === undefined) throw missing(path)
    return found
  }
  const served: readonly (readonly [RegistryRoute, ServedRoute['serve']])[] = [
    [routes.health, json(() => ({ status: 'ok', version: 'mirror' }))],
    [routes.trustRoot, json(() => mirror.trustRoot())],
    [routes.search, json((_, query) => searchMirror(mirror, routes.search.query.parse(query)))],
    [
      routes.resolve,
      json((params, query) => resolveInMirror(mirror, idOf(params), routes.resolve.query.parse(query).range)),
    ],
    [routes.release, json((params) => releaseOf(mirror, idOf(params), params['version'] ?? ''))],
    [routes.plugin, json((params) => pageOf(mirror, idOf(params)))],
    [routes.blob, ({ digest }, _query, response) => sendBlob(mirror, digest ?? '', response)],
    [routes.logCheckpoint, json(() => mirror.head)],
    [
      routes.logEntries,
      json(async (_, query) => {
        const { start, limit } = routes.logEntries.query.parse(query)
        return { size: mirror.head.size, items: (await mirror.entries(start)).slice(0, limit) }
      }),
    ],
    [routes.logInclusion, json((_, query) => provenIn(mirror, routes.logInclusion.query.parse(query)))],
    [routes.logConsistency, json((_, query) => consistencyIn(mirror, routes.logConsistency.query.parse(query)))],
    [
      routes.logFeed,
      (_, query, response) => sendFeed(mirror, routes.logFeed.query.parse(Object.fromEntries(query)), response),
    ],
    [routes.tufMetadata, json(({ file }) => text(mirrorPath.metadata(file ?? '')))],
    [routes.tufTarget, json(({ file }) => targetOf(mirror, file ?? ''))],
  ]
  return served.map(([route, serve]) => ({ route, serve, pattern: patternOf(route.path) }))
}

/** `:name` matches one part of a path. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`)
}

async function answer(
  table: readonly ServedRoute[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mirror')
  try {
    if (request.method !== 'GET') throw missing('a registry that can be written to')
    for (const { pattern, serve } of table) {
      const match = pattern.exec(url.pathname)
      if (match === null) continue
      const decoded = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
      return await serve(Object.fromEntries(decoded), url.searchParams, response)
    }
    throw missing(url.pathname)
  } catch (error) {
    if (response.headersSent) throw error
    sendProblem(response, error)
  }
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Everything that the mirror knows, and then nothing more: the next mirror comes with a restart. */
async function sendFeed(
  mirror: Mirror,
  { after }: { after?: number | undefined },
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`event: head\ndata: ${JSON.stringify(mirror.head)}\n\n`)
  const { size } = mirror.head
  for (let index = after === undefined ? size : after + 1; index < size && !response.destroyed; index += 1) {
    response.write(`id: ${index}\nevent: entry\ndata: ${JSON.stringify(await provenIn(mirror, { index }))}\n\n`)
  }
  const beat = setInterval(() => response.write(': the mirror is quiet\n\n'), MIRROR_BEAT_MS)
  response.once('close', () => clearInterval(beat))
}

async function sendBlob(mirror: Mirror, digest: string, response: ServerResponse): Promise<void> {
  const file = await mirror.openBlob(digest)
  if (file === undefined) throw missing(digest)
  response.writeHead(200, { 'content-type': 'application/gzip' })
  await pipeline(file.createReadStream(), response)
}

function sendProblem(response: ServerResponse, error: unknown): void {
  const known = error instanceof NexusError ? error : undefined
  const status = known?.status ?? 400
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  response.end(
    JSON.stringify({
      type: `urn:nexus:problem:${(known?.code ?? 'REQUEST_MALFORMED').toLowerCase().replaceAll('_', '-')}`,
      title: known?.title ?? 'Malformed request',
      status,
      detail: known?.message ?? 'Expected a request as the API describes it, found another.',
      code: known?.code ?? 'REQUEST_MALFORMED',
      requestId: 'mirror',
    }),
  )
}
