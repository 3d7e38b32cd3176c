import type { IncomingMessage, ServerResponse } from 'node:http'
import { maxSatisfying, valid, validRange } from 'semver'
import { mayRead } from '../accounts/permissions.ts'
import type { Caller } from '../http/caller.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { loadPackage, packageNotFound, versionNotFound } from '../packages/find-package.ts'
import { type DocumentCache, type ReadyDocument } from '../packages/packument-cache.ts'
import { writeAbbreviatedPackument, writePackument, writeVersion } from '../packages/packument.ts'
import { type NpmHandler, type NpmRequest, param } from './npm-request.ts'

const ABBREVIATED_TYPE = 'application/vnd.npm.install-v1+json'

/** Reads of packuments: the path that installing clients take most. */
export interface PackumentReader {
  /** Sends a packument at once when it is ready and everybody may have it; false: ask the handler. */
  sendReady(name: string, request: IncomingMessage, response: ServerResponse, caller: Caller): boolean
  readonly packument: NpmHandler
  /** `GET /name/1.2.3` and `GET /name/beta`. */
  readonly version: NpmHandler
}

export function createPackumentReader(store: RegistryStore, cache: DocumentCache): PackumentReader {
  const find = (name: string, isAbbreviated: boolean, { publicUrl }: Caller) =>
    cache.get(name, variantOf(isAbbreviated, publicUrl), async () => {
      const document = await loadPackage(store, name)
      if (document === undefined || document.tags.length === 0) return undefined
      const write = isAbbreviated ? writeAbbreviatedPackument : writePackument
      return { text: write(document, { baseUrl: publicUrl }), restricted: document.row.access === 'restricted' }
    })
  return {
    sendReady(name, request, response, { publicUrl }) {
      const isAbbreviated = wantsAbbreviated(request)
      const ready = cache.peek(name, variantOf(isAbbreviated, publicUrl))
      if (ready === undefined || ready.restricted) return false
      send(request, response, ready, isAbbreviated)
      return true
    },
    async packument(input) {
      const name = param(input, 'package')
      const isAbbreviated = wantsAbbreviated(input.request)
      const document = await find(name, isAbbreviated, input.caller)
      if (document === undefined) throw packageNotFound(name)
      if (document.restricted) await requireReader(store, input, name)
      send(input.request, input.response, document, isAbbreviated)
      return undefined
    },
    async version(input) {
      const name = param(input, 'package')
      const document = await loadPackage(store, name)
      if (document === undefined) throw packageNotFound(name)
      if (document.row.access === 'restricted') await requireReader(store, input, name)
      const wanted = param(input, 'version')
      const offered = document.versions.filter(
        (row) => row.unpublishedAt === null && !document.withdrawn.has(row.version),
      )
      const version =
        document.tags.find(({ tag }) => tag === wanted)?.version ??
        (valid(wanted) === null && validRange(wanted) !== null
          ? maxSatisfying(
              offered.map((row) => row.version),
              wanted,
            )
          : wanted)
      const row = offered.find((candidate) => candidate.version === version)
      if (row === undefined) throw versionNotFound(name, wanted)
      return { body: JSON.parse(writeVersion(row, { baseUrl: input.caller.publicUrl })) }
    },
  }
}

/** For whoever may not see a restricted package it is not there. */
export async function requireReader(store: RegistryStore, input: NpmRequest, name: string): Promise<void> {
  if (!(await mayRead(store, await input.actor(), name))) throw packageNotFound(name)
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  document: ReadyDocument,
  isAbbreviated: boolean,
): void {
  const cacheControl = document.restricted ? 'private, no-cache' : 'public, no-cache'
  if (request.headers['if-none-match'] === document.etag) {
    response.writeHead(304, { etag: document.etag, 'cache-control': cacheControl, vary: 'accept, accept-encoding' })
    response.end()
    return
  }
  const packed = document.gzip !== undefined && String(request.headers['accept-encoding']).includes('gzip')
  const bytes = packed ? (document.gzip ?? document.bytes) : document.bytes
  response.writeHead(200, {
    'content-type': isAbbreviated ? ABBREVIATED_TYPE : 'application/json',
    'content-length': bytes.length,
    etag: document.etag,
    'cache-control': cacheControl,
    vary: 'accept, accept-encoding',
    'x-content-type-options': 'nosniff',
    ...(packed ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function wantsAbbreviated(request: IncomingMessage): boolean {
  return request.headers.accept?.includes(ABBREVIATED_TYPE) === true
}

function variantOf(isAbbreviated: boolean, publicUrl: string): string {
  return `${isAbbreviated ? 'abbreviated' : 'full'} ${publicUrl}`
}
