import { z } from 'zod'
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
