import { z } from 'zod'
import { bundleDigest, pluginName, pluginVersion, publisherId } from '../identifiers.ts'
import * as plugins from '../plugins.ts'
import type { RegistryRoute } from './route.ts'

const plugin = { publisher: publisherId, name: pluginName }
const release = z.strictObject({ ...plugin, version: pluginVersion })

/** Finding, fetching and publishing releases. */
export const releaseRoutes = {
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
} as const satisfies Record<string, RegistryRoute>
