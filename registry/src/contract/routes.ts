import { z } from 'zod'
import { bundleDigest, pluginName, pluginVersion, publisherId } from './identifiers.ts'
import { keyId, trustedKey } from './keys.ts'
import * as plugins from './plugins.ts'
import * as publishers from './publishers.ts'

/** One route of the registry: enough to serve it, to call it and to describe it in OpenAPI. */
export interface RegistryRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `:name` is a parameter. */
  readonly path: string
  readonly summary: string
  /** Who may: anyone, the registry's admin, or a publisher's token with the scope. */
  readonly access: 'public' | 'admin' | publishers.TokenScope
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  /** A JSON body, or `bundle` for a gzipped tarball as the raw body. */
  readonly body?: z.ZodType | 'bundle'
  /** A JSON answer, `bundle` for a gzipped tarball, or nothing (204). */
  readonly response?: z.ZodType | 'bundle'
  readonly status: 200 | 201 | 204
}

const plugin = { publisher: publisherId, name: pluginName }
const release = z.strictObject({ ...plugin, version: pluginVersion })
const onePublisher = z.strictObject({ publisher: publisherId })

/** The registry's API: what the server serves, what clients call, and what `/api/openapi.json` describes. */
export const registryRoutes = {
  health: {
    method: 'GET',
    path: '/api/v1/health',
    access: 'public',
    status: 200,
    summary: 'Is the registry ready?',
    response: z.object({ status: z.literal('ok'), version: z.string() }),
  },
  trustRoot: {
    method: 'GET',
    path: '/api/v1/trust-root',
    access: 'public',
    status: 200,
    summary: 'Keys of the registry and of every publisher.',
    response: publishers.trustRoot,
  },
  search: {
    method: 'GET',
    path: '/api/v1/plugins',
    access: 'public',
    status: 200,
    summary: 'List and search plugins.',
    query: plugins.searchQuery,
    response: plugins.searchResult,
  },
  plugin: {
    method: 'GET',
    path: '/api/v1/plugins/:publisher/:name',
    access: 'public',
    status: 200,
    summary: 'One plugin with its versions.',
    params: z.strictObject(plugin),
    response: plugins.pluginDetail,
  },
  resolve: {
    method: 'GET',
    path: '/api/v1/plugins/:publisher/:name/resolve',
    access: 'public',
    status: 200,
    summary: 'The newest release in a semver range that is not yanked.',
    params: z.strictObject(plugin),
    query: plugins.resolveQuery,
    response: plugins.releaseDetail,
  },
  release: {
    method: 'GET',
    path: '/api/v1/plugins/:publisher/:name/versions/:version',
    access: 'public',
    status: 200,
    summary: 'One release with its signature bundles.',
    params: release,
    response: plugins.releaseDetail,
  },
  blob: {
    method: 'GET',
    path: '/api/v1/blobs/:digest',
    access: 'public',
    status: 200,
    summary: 'The bundle with this digest. Never changes.',
    params: z.strictObject({ digest: bundleDigest }),
    response: 'bundle',
  },
  upload: {
    method: 'POST',
    path: '/api/v1/uploads',
    access: 'publish',
    status: 201,
    summary: 'Upload a bundle; publishing it is the next step.',
    body: 'bundle',
    response: plugins.upload,
  },
  publish: {
    method: 'POST',
    path: '/api/v1/plugins/:publisher/:name/versions',
    access: 'publish',
    status: 201,
    summary: 'Make a release of an uploaded bundle and its signature bundle.',
    params: z.strictObject(plugin),
    body: plugins.publishRequest,
    response: plugins.releaseDetail,
  },
  yank: {
    method: 'PUT',
    path: '/api/v1/plugins/:publisher/:name/versions/:version/yank',
    access: 'yank',
    status: 204,
    summary: 'Withdraw a release from resolving.',
    params: release,
  },
  unyank: {
    method: 'DELETE',
    path: '/api/v1/plugins/:publisher/:name/versions/:version/yank',
    access: 'yank',
    status: 204,
    summary: 'Let a yanked release be resolved again.',
    params: release,
  },
  publisher: {
    method: 'GET',
    path: '/api/v1/publishers/:publisher',
    access: 'public',
    status: 200,
    summary: 'One publisher with its keys.',
    params: onePublisher,
    response: publishers.publisher,
  },
  createPublisher: {
    method: 'POST',
    path: '/api/v1/publishers',
    access: 'admin',
    status: 201,
    summary: 'Create a publisher and its namespace.',
    body: publishers.publisherRequest,
    response: publishers.publisher,
  },
  addKey: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/keys',
    access: 'admin',
    status: 201,
    summary: 'Add a signing key to a publisher.',
    params: onePublisher,
    body: publishers.keyRequest,
    response: trustedKey,
  },
  revokeKey: {
    method: 'DELETE',
    path: '/api/v1/publishers/:publisher/keys/:keyId',
    access: 'admin',
    status: 204,
    summary: 'Revoke a signing key: nothing signed with it is believed any more.',
    params: z.strictObject({ publisher: publisherId, keyId }),
  },
  createToken: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/tokens',
    access: 'admin',
    status: 201,
    summary: 'Create a token for a publisher.',
    params: onePublisher,
    body: publishers.tokenRequest,
    response: publishers.createdToken,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/api/v1/publishers/:publisher/tokens/:tokenId',
    access: 'admin',
    status: 204,
    summary: 'Revoke a token.',
    params: z.strictObject({ publisher: publisherId, tokenId: z.uuid() }),
  },
} as const satisfies Record<string, RegistryRoute>
