import { createErrorFactory } from '@nexus/plugin-api'

/** What is wrong with the registry's TUF metadata, or with a root that somebody wants to put in place. */
export const tufErrors = {
  TUF_FILE_NOT_FOUND: { fault: 'caller', status: 404, title: 'No such metadata' },
  TUF_DRAFT_INVALID: { fault: 'caller', status: 422, title: 'Root not accepted' },
  TUF_KEY_INVALID: { fault: 'caller', status: 422, title: 'Key not understood' },
} as const

export const tufError = createErrorFactory(tufErrors)
