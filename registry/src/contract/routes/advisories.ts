import { z } from 'zod'
import * as advisories from '../advisories.ts'
import { pluginName, pluginVersion, publisherId } from '../identifiers.ts'
import type { RegistryRoute } from './route.ts'

const plugin = { publisher: publisherId, name: pluginName }
const one = z.strictObject({ advisory: advisories.advisoryId })

/** Known vulnerabilities, and what releases are made of. */
export const advisoryRoutes = {
  advisories: {
    method: 'GET',
    path: '/api/v1/advisories',
    access: 'public',
    status: 200,
    summary: 'Advisories; with `updated_since` everything that changed, for those who keep a copy.',
    query: advisories.advisoryQuery,
    response: advisories.advisoryList,
  },
  advisory: {
    method: 'GET',
    path: '/api/v1/advisories/:advisory',
    access: 'public',
    status: 200,
    summary: 'One advisory.',
    params: one,
    response: advisories.advisory,
  },
  publishAdvisory: {
    method: 'POST',
    path: '/api/v1/plugins/:publisher/:name/advisories',
    access: 'manage',
    status: 201,
    summary: 'Publish an advisory about versions of a plugin.',
    params: z.strictObject(plugin),
    body: advisories.advisoryRequest,
    response: advisories.advisory,
  },
  updateAdvisory: {
    method: 'PUT',
    path: '/api/v1/advisories/:advisory',
    access: 'manage',
    status: 200,
    summary: 'Say an advisory anew.',
    params: one,
    body: advisories.advisoryRequest,
    response: advisories.advisory,
  },
  withdrawAdvisory: {
    method: 'POST',
    path: '/api/v1/advisories/:advisory/withdrawal',
    access: 'manage',
    status: 200,
    summary: 'Withdraw an advisory: it stays readable and affects nothing.',
    params: one,
    body: advisories.withdrawRequest,
    response: advisories.advisory,
  },
  sbom: {
    method: 'GET',
    path: '/api/v1/plugins/:publisher/:name/versions/:version/sbom',
    access: 'public',
    status: 200,
    summary: 'The bill of materials of a release (CycloneDX), as its signed bundle carries it.',
    params: z.strictObject({ ...plugin, version: pluginVersion }),
    response: advisories.sbomDocument,
  },
} as const satisfies Record<string, RegistryRoute>
