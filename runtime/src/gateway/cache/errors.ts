import { createErrorFactory } from '@nexus/plugin-api'

export const cacheErrors = {
  CACHE_TOOL_UNKNOWN: { fault: 'caller', status: 404, title: 'Unknown tool' },
  CACHE_NOT_READ_ONLY: { fault: 'caller', status: 409, title: 'The tool does not say that it only reads' },
} as const

export const cacheError = createErrorFactory(cacheErrors)
