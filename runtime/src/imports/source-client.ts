import { type ServerList, type ServerResponse, serverList, serverResponse } from '@nexus/registry/contract'
import type { z } from 'zod'
import type { Egress } from '../broker/index.ts'
import type { NetworkGrant } from '../grants/grant.ts'
import { importError } from './errors.ts'
import { DOWNLOAD_TIMEOUT_MS, MAX_ANSWER_BYTES, MAX_BUNDLE_BYTES, SOURCE_PAGE, SOURCE_TIMEOUT_MS } from './limits.ts'

/** A registry to import from. */
export interface ServerSource {
  readonly name: string
  readonly url: string
  readonly allowPrivate: boolean
}

/** Where releases of well-known forges really are. */
const MIRRORS: Readonly<Record<string, readonly string[]>> = { 'github.com': ['*.githubusercontent.com'] }

/** Reads registries and bundles through the host's egress: named hosts only, addresses judged at the connection. */
export function createSourceClient(egress: Egress, signal: AbortSignal) {
  const get = async <Schema extends z.ZodType>(source: ServerSource, path: string, schema: Schema) => {
    const url = source.url.replace(/\/+$/, '') + path
    const { status, body } = await egress.request({
      url,
      headers: { accept: 'application/json' },
      grants: grantsFor(url, source.allowPrivate),
      signal,
      timeoutMs: SOURCE_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
    if (status === 404)
      throw importError('IMPORT_SERVER_UNKNOWN', `Expected ${source.name} to know this server, found that it does not.`)
    const parsed = status === 200 ? schema.safeParse(parseJson(body)) : undefined
    if (parsed?.success === true) return parsed.data
    const issue = parsed?.error.issues[0]
    const found = issue === undefined ? `status ${status}` : `${issue.path.join('.')}: ${issue.message}`
    throw importError(
      'IMPORT_SOURCE_ANSWER',
      `Expected an answer of ${source.name} as the MCP Registry API describes it, found ${found}.`,
    )
  }
  return {
    list(
      source: ServerSource,
      query: { readonly search?: string | undefined; readonly cursor?: string | undefined },
    ): Promise<ServerList> {
      const search = new URLSearchParams({ limit: String(SOURCE_PAGE), version: 'latest' })
      if (query.search !== undefined && query.search !== '') search.set('search', query.search)
      if (query.cursor !== undefined) search.set('cursor', query.cursor)
      return get(source, `/v0.1/servers?${search.toString()}`, serverList)
    },
    one(source: ServerSource, name: string, version: string): Promise<ServerResponse> {
      const path = `/v0.1/servers/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`
      return get(source, path, serverResponse)
    },
    /** The bytes of a bundle as they arrive. */
    async download(url: string, allowPrivate: boolean): Promise<AsyncIterable<Uint8Array>> {
      const { status, body } = await egress.request({
        url,
        grants: grantsFor(url, allowPrivate),
        signal,
        timeoutMs: DOWNLOAD_TIMEOUT_MS,
        maxBytes: MAX_BUNDLE_BYTES,
      })
      if (status === 200) return single(body)
      throw importError('IMPORT_BUNDLE_UNKNOWN', `Expected a bundle at ${url}, found status ${status}.`)
    },
  }
}

export type SourceClient = ReturnType<typeof createSourceClient>

function grantsFor(text: string, allowPrivateAddresses: boolean): readonly NetworkGrant[] {
  const url = new URL(text)
  const scheme = url.protocol === 'http:' ? 'http' : 'https'
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port)
  const own = { host: url.hostname, port, scheme, methods: ['GET'], allowPrivateAddresses } as const
  const mirrors = (MIRRORS[url.hostname] ?? []).map((host) => ({
    ...own,
    host,
    port: 443,
    allowPrivateAddresses: false,
  }))
  return [own, ...mirrors]
}

async function* single(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    // The schema refuses it.
    return undefined
  }
}
