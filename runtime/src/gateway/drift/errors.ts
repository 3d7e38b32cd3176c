import { createErrorFactory } from '@nexus/plugin-api'

export const driftErrors = {
  DEFINITION_UNKNOWN: { fault: 'caller', status: 404, title: 'Nothing held of that name' },
  DEFINITION_CHANGED: { fault: 'caller', status: 409, title: 'The definition is not the one that was shown' },
} as const

export const driftError = createErrorFactory(driftErrors)
