import { z } from 'zod'
import { pluginName, pluginVersion, publisherId } from '../identifiers.ts'
import { rolloutRequest } from '../plugins.ts'
import type { RegistryRoute } from './route.ts'

/** Releases that hosts take step by step. */
export const rolloutRoutes = {
  setRollout: {
    method: 'PUT',
    path: '/api/v1/plugins/:publisher/:name/versions/:version/rollout',
    access: 'publish',
    status: 204,
    summary: 'Let only a share of hosts take a release by itself; 100 ends the roll-out.',
    params: z.strictObject({ publisher: publisherId, name: pluginName, version: pluginVersion }),
    body: rolloutRequest,
  },
} as const satisfies Record<string, RegistryRoute>
