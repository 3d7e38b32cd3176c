import { createErrorFactory } from '@nexus/plugin-api'

export const storeErrors = {
  STORE_NOT_FOUND: { fault: 'caller', status: 404, title: 'No such row' },
  STORE_CONFLICT: { fault: 'caller', status: 409, title: 'This exists already' },
  STORE_REFERENCE: { fault: 'caller', status: 409, title: 'Another row is missing or still needed' },
  STORE_QUOTA: { fault: 'plugin', status: 413, title: 'Storage quota exceeded' },
  STORE_KEY_INVALID: { fault: 'plugin', status: 400, title: 'Storage key not usable' },
} as const

export const storeError = createErrorFactory(storeErrors)
