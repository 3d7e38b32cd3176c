import { MAX_BUNDLE_BYTES } from '@nexus/registry/bundle'
import {
  type CreatedToken,
  type PluginDetail,
  type ProvenanceBundle,
  type Publisher,
  type PublisherRequest,
  type ReleaseDetail,
  type SearchQuery,
  type SearchResult,
  type SignatureBundle,
  type TokenRequest,
  type TrustRoot,
  registryRoutes as routes,
} from '@nexus/registry/contract'
import { createHttpAgent } from './http-agent.ts'
import { type Exchange, exchange, readAnswer } from './registry-exchange.ts'

type BundleDigest = ReleaseDetail['bundleDigest']

/** The registry over HTTP. Nothing it answers is believed further than its form: verifying is the caller's work. */
export interface RegistryClient extends AsyncDisposable {
  readonly url: string
  trustRoot(signal?: AbortSignal): Promise<TrustRoot>
  search(query: SearchQuery, signal?: AbortSignal): Promise<SearchResult>
  plugin(id: string, signal?: AbortSignal): Promise<PluginDetail>
  /** The newest release in a semver range. */
  resolve(id: string, range: string, signal?: AbortSignal): Promise<ReleaseDetail>
  release(id: string, version: string, signal?: AbortSignal): Promise<ReleaseDetail>
  download(digest: BundleDigest, signal?: AbortSignal): Promise<Uint8Array>
  createPublisher(adminToken: string, request: PublisherRequest): Promise<Publisher>
  createToken(adminToken: string, publisherId: string, request: TokenRequest): Promise<CreatedToken>
  /** Uploads a bundle and makes a release of it. */
  publish(
    token: string,
    release: {
      readonly id: string
      readonly bundle: Uint8Array
      readonly signature: SignatureBundle
      /** SLSA provenance of the build, about these very bytes. */
      readonly provenance?: ProvenanceBundle | undefined
    },
  ): Promise<ReleaseDetail>
}

/** A client of the registry at `url`. Opens connections on first use. */
export function createRegistryClient(url: string): RegistryClient {
  const agent = createHttpAgent()
  const send = (call: Exchange) => exchange(url, agent, call)
  const read = (
    route: Exchange['route'],
    signal: AbortSignal | undefined,
    call: Omit<Exchange, 'route' | 'signal'> = {},
  ) => send({ route, ...call, ...(signal === undefined ? {} : { signal }) })
  return {
    url,
    trustRoot: async (signal) => readAnswer(await read(routes.trustRoot, signal), routes.trustRoot.response),
    search: async (query, signal) => readAnswer(await read(routes.search, signal, { query }), routes.search.response),
    plugin: async (id, signal) =>
      readAnswer(await read(routes.plugin, signal, { params: splitId(id) }), routes.plugin.response),
    resolve: async (id, range, signal) =>
      readAnswer(
        await read(routes.resolve, signal, { params: splitId(id), query: { range } }),
        routes.resolve.response,
      ),
    release: async (id, version, signal) =>
      readAnswer(await read(routes.release, signal, { params: { ...splitId(id), version } }), routes.release.response),
    download: (digest, signal) => read(routes.blob, signal, { params: { digest }, maxBytes: MAX_BUNDLE_BYTES }),
    createPublisher: async (token, json) =>
      readAnswer(await send({ route: routes.createPublisher, token, json }), routes.createPublisher.response),
    createToken: async (token, publisher, json) =>
      readAnswer(
        await send({ route: routes.createToken, token, json, params: { publisher } }),
        routes.createToken.response,
      ),
    async publish(token, { id, bundle, signature, provenance }) {
      const { uploadId } = readAnswer(await send({ route: routes.upload, token, bundle }), routes.upload.response)
      const json = { uploadId, signature, provenance }
      return readAnswer(
        await send({ route: routes.publish, token, json, params: splitId(id) }),
        routes.publish.response,
      )
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}

function splitId(id: string): { publisher: string; name: string } {
  const [publisher = '', name = ''] = id.split('/', 2)
  return { publisher, name }
}
