import { z } from 'zod'
import { accessToken } from '../accounts.ts'
import { publisherId } from '../identifiers.ts'
import { keyId, trustedKey } from '../keys.ts'
import * as publishers from '../publishers.ts'
import type { RegistryRoute } from './route.ts'

const onePublisher = z.strictObject({ publisher: publisherId })

/** Publishers, their keys and their tokens. */
export const publisherRoutes = {
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
    access: 'manage',
    status: 201,
    summary: 'Create a publisher and its namespace. An account that creates one owns it, where sign-up is open.',
    body: publishers.publisherRequest,
    response: publishers.publisher,
  },
  addKey: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/keys',
    access: 'manage',
    status: 201,
    summary: 'Add a signing key to a publisher.',
    params: onePublisher,
    body: publishers.keyRequest,
    response: trustedKey,
  },
  rotateKey: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/keys/:keyId/rotate',
    access: 'manage',
    status: 201,
    summary: 'Put a new signing key in the place of an old one, which stays valid for some days.',
    params: z.strictObject({ publisher: publisherId, keyId }),
    body: publishers.rotateKeyRequest,
    response: trustedKey,
  },
  revokeKey: {
    method: 'DELETE',
    path: '/api/v1/publishers/:publisher/keys/:keyId',
    access: 'manage',
    status: 204,
    summary: 'Revoke a signing key: nothing signed with it is believed any more.',
    params: z.strictObject({ publisher: publisherId, keyId }),
  },
  publisherTokens: {
    method: 'GET',
    path: '/api/v1/publishers/:publisher/tokens',
    access: 'manage',
    status: 200,
    summary: 'Tokens of a publisher that still work, by their first characters and last use.',
    params: onePublisher,
    response: z.object({ items: z.array(accessToken) }),
  },
  createToken: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/tokens',
    access: 'manage',
    status: 201,
    summary: 'Create a token for a publisher.',
    params: onePublisher,
    body: publishers.tokenRequest,
    response: publishers.createdToken,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/api/v1/publishers/:publisher/tokens/:tokenId',
    access: 'manage',
    status: 204,
    summary: 'Revoke a token.',
    params: z.strictObject({ publisher: publisherId, tokenId: z.uuid() }),
  },
} as const satisfies Record<string, RegistryRoute>
