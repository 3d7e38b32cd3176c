import type { IncomingMessage, ServerResponse } from 'node:http'
import { registryError } from '../errors.ts'
import { type CallerSettings, describeCaller } from '../http/caller.ts'
import { drain } from '../http/request-body.ts'
import type { RegistryLogger } from '../logger.ts'
import { packageError } from '../packages/errors.ts'
import { isPackageName } from '../packages/names.ts'
import { createDocumentCache } from '../packages/packument-cache.ts'
import { createDownloadCounter } from '../releases/count-downloads.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { sendAnswer, sendError } from './answer.ts'
import { matchRoute, readPath } from './match-route.ts'
import { createActorOf } from './npm-request.ts'
import { createPackumentReader } from './packuments.ts'
import { npmRoutes } from './routes.ts'
import { createTarballHandler } from './tarballs.ts'

export interface NpmFrontOptions extends CallerSettings {
  readonly adminToken: string | undefined
  readonly logger: RegistryLogger
}

/** npm's registry protocol on a bare server. */
export interface NpmFront extends AsyncDisposable {
  /** Serves a request of npm's protocol; false: the path is none of it, and nothing was done. */
  serve(request: IncomingMessage, response: ServerResponse): boolean
}

/**
 * Opens what npm clients talk to. It stands in front of the API's framework: packuments and bundles are read a thousand
 * times as often as anything else, and a framework would cost more than they do.
 */
export function openNpmFront(store: RegistryStore, options: NpmFrontOptions): NpmFront {
  const cache = createDocumentCache()
  store.changes.listen((name, change) => {
    if (change === 'document') cache.drop(name)
  })
  const downloads = createDownloadCounter(store, options.logger)
  const packuments = createPackumentReader(store, cache)
  const routes = npmRoutes(store, { packuments, tarball: createTarballHandler(store, downloads) })
  const handle = async (
    request: IncomingMessage,
    response: ServerResponse,
    segments: readonly string[],
    query: string,
  ): Promise<void> => {
    try {
      const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '')
      const found = matchRoute(routes, method, segments)
      if (found === undefined) throw noRoute(routes, segments)
      const caller = describeCaller(request, options)
      const actor = createActorOf(store, request, caller, options.adminToken)
      const input = { request, response, params: found.params, query: new URLSearchParams(query), caller, actor }
      const answer = await found.handler(input)
      if (answer !== undefined) sendAnswer(response, answer, request.method)
    } catch (error) {
      if (request.destroyed && !request.complete)
        options.logger.info({}, 'A caller went away before its request was read.')
      else {
        await drain(request)
        sendError(request, response, error, options.logger)
      }
    }
  }
  return {
    serve(request, response) {
      const url = request.url ?? '/'
      const mark = url.indexOf('?')
      const segments = readPath(mark === -1 ? url : url.slice(0, mark))
      if (segments === undefined || !isNpmPath(segments)) return false
      const [name = ''] = segments
      const isRead = segments.length === 1 && request.method === 'GET'
      if (isRead && packuments.sendReady(name, request, response, describeCaller(request, options))) return true
      void handle(request, response, segments, mark === -1 ? '' : url.slice(mark + 1))
      return true
    },
    [Symbol.asyncDispose]: () => downloads[Symbol.asyncDispose](),
  }
}

/** A package, something about one, or npm's own paths below `/-/`. */
function isNpmPath(segments: readonly string[]): boolean {
  const [first = ''] = segments
  if (first === '-') return segments.length > 1
  // What looks like a package name that is not one is npm's too, so that a client hears why.
  return isPackageName(first) || first.startsWith('@') || first.includes('@')
}

function noRoute(routes: ReturnType<typeof npmRoutes>, segments: readonly string[]) {
  const [first = ''] = segments
  if (first !== '-' && !isPackageName(first)) {
    return packageError('PACKAGE_NAME_INVALID', 'Expected a package name in the path, found something else.')
  }
  const methods = ['GET', 'PUT', 'POST', 'DELETE'].filter(
    (method) => matchRoute(routes, method, segments) !== undefined,
  )
  return methods.length === 0
    ? registryError('ROUTE_NOT_FOUND', 'Expected a path of the npm registry protocol, found another.')
    : registryError('METHOD_NOT_ALLOWED', `Expected ${methods.join(' or ')} here, found another method.`)
}
