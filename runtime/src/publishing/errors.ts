import { createErrorFactory } from '@nexus/plugin-api'

export const publishingErrors = {
  PUBLISHER_FILE: { fault: 'caller', status: 422, title: 'The publisher file cannot be used' },
} as const

export const publishingError = createErrorFactory(publishingErrors)
