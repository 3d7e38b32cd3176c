import { z } from 'zod'
import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** Whom and what this host believes: policy, pins and decisions. */
export const trustRoutes = {
  trustPolicy: {
    method: 'GET',
    path: '/api/v1/trust/policy',
    summary: 'The policy for releases, and signers that wait for a decision.',
    access: 'marketplace:read',
    response: schema.trustPolicyView,
  },
  changeTrustPolicy: {
    method: 'PATCH',
    path: '/api/v1/trust/policy',
    summary: 'Change rules of the policy; what runs and is refused now is stopped.',
    access: 'users:manage',
    body: schema.trustPolicyChange,
    response: schema.trustPolicyView,
  },
  offeredSigners: {
    method: 'GET',
    path: '/api/v1/trust/publishers/:publisher/signers',
    summary: 'The signers that the registry lists for a publisher, and which of them are pinned here.',
    access: 'marketplace:read',
    response: schema.offeredSigners,
  },
  pinPublisher: {
    method: 'POST',
    path: '/api/v1/trust/publishers/:publisher/pins',
    summary: 'Believe these signers of a publisher from now on.',
    access: 'users:manage',
    body: schema.pinRequest,
    response: schema.offeredSigners,
  },
  unpinPublisher: {
    method: 'DELETE',
    path: '/api/v1/trust/publishers/:publisher/pins',
    summary: 'Believe a publisher, or one signer of it, no more; what runs because of it is stopped.',
    access: 'users:manage',
    query: z.object({ signer: z.string().max(900).optional() }),
  },
  decideSigner: {
    method: 'POST',
    path: '/api/v1/trust/decisions/:id',
    summary: 'Accept or reject a signer that a known publisher never had here.',
    access: 'users:manage',
    body: schema.signerAnswer,
    response: schema.trustPolicyView,
  },
  setSigstoreRoot: {
    method: 'PUT',
    path: '/api/v1/trust/sigstore-root',
    summary: "Set who vouches for identities and builds: Sigstore's `trusted_root.json`.",
    access: 'users:manage',
    body: schema.sigstoreRoot,
  },
} as const satisfies RouteTable
