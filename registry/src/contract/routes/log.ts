import * as log from '../log.ts'
import type { RegistryRoute } from './route.ts'

/** The transparency log: everything that happened, and the proofs that nothing was changed or left out. */
export const logRoutes = {
  logCheckpoint: {
    method: 'GET',
    path: '/api/v1/log/checkpoint',
    access: 'public',
    status: 200,
    summary: 'The name, key, size and signed checkpoint of the log.',
    response: log.logHead,
  },
  logEntries: {
    method: 'GET',
    path: '/api/v1/log/entries',
    access: 'public',
    status: 200,
    summary: 'Leaves of the log in order, each with the checkpoint that was signed with it.',
    query: log.entriesQuery,
    response: log.logPage,
  },
  logInclusion: {
    method: 'GET',
    path: '/api/v1/log/proof/inclusion',
    access: 'public',
    status: 200,
    summary: 'A leaf, by index or by the release it published, with the proof that it is in the log.',
    query: log.inclusionQuery,
    response: log.loggedRecord,
  },
  logConsistency: {
    method: 'GET',
    path: '/api/v1/log/proof/consistency',
    access: 'public',
    status: 200,
    summary: 'The proof that the log of one size is the beginning of the log of another.',
    query: log.consistencyQuery,
    response: log.consistencyProof,
  },
  logFeed: {
    method: 'GET',
    path: '/api/v1/log/feed',
    access: 'public',
    status: 200,
    summary: 'Every new leaf with its proof, as server-sent events; `after` resumes behind a leaf.',
    query: log.feedQuery,
    response: 'stream',
  },
} as const satisfies Record<string, RegistryRoute>
