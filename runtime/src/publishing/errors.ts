import { createErrorFactory } from '@nexus/plugin-api'

export const publishingErrors = {
  BUNDLES_MISSING: { fault: 'caller', status: 500, title: 'The first-party plugins are not packed' },
  PUBLISHER_ID: { fault: 'caller', status: 422, title: 'Not a publisher id' },
  PUBLISHER_FILE: { fault: 'caller', status: 422, title: 'The publisher file cannot be used' },
  PUBLISHER_FILE_EXISTS: { fault: 'caller', status: 409, title: 'The publisher file exists' },
  PUBLISHER_PASSPHRASE: { fault: 'caller', status: 401, title: 'The signing key cannot be opened' },
  PUBLISHER_NAMESPACE: { fault: 'caller', status: 403, title: 'The plugin belongs to another publisher' },
  PROVENANCE_FILE: { fault: 'caller', status: 422, title: 'Provenance not understood' },
} as const

export const publishingError = createErrorFactory(publishingErrors)
