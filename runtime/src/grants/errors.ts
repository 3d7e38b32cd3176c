import { createErrorFactory } from '@nexus/plugin-api'

export const grantErrors = {
  GRANT_MISSING: { fault: 'caller', status: 409, title: 'The plugin asks for more than was granted' },
  GRANT_CONSENT: { fault: 'caller', status: 409, title: 'The consent was given to something else' },
} as const

export const grantError = createErrorFactory(grantErrors)
