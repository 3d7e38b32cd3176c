import { z } from 'zod'
import { publisherId } from '../identifiers.ts'
import { keyId, trustedIdentity, trustedKey } from '../keys.ts'
import { identityRequest } from '../publishers.ts'
import type { RegistryRoute } from './route.ts'

/** Identities that sign for publishers, and the registry's own keys. */
export const identityRoutes = {
  addIdentity: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/identities',
    access: 'manage',
    status: 201,
    summary: 'Let an identity (for example a workflow) sign for a publisher.',
    params: z.strictObject({ publisher: publisherId }),
    body: identityRequest,
    response: trustedIdentity.extend({ fingerprint: keyId }),
  },
  revokeIdentity: {
    method: 'DELETE',
    path: '/api/v1/publishers/:publisher/identities/:fingerprint',
    access: 'manage',
    status: 204,
    summary: 'Revoke an identity: nothing signed with it is believed any more.',
    params: z.strictObject({ publisher: publisherId, fingerprint: keyId }),
  },
  rotateRegistryKey: {
    method: 'POST',
    path: '/api/v1/registry/keys',
    access: 'admin',
    status: 201,
    summary: 'Make the registry sign with a new key, endorsed by the present one, so that hosts follow by themselves.',
    body: z.strictObject({ use: z.enum(['admission', 'dist']) }),
    response: trustedKey,
  },
} as const satisfies Record<string, RegistryRoute>
